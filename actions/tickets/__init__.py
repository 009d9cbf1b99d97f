"""Requests that people of the province handle: a visit at home, a call back, an appointment."""
