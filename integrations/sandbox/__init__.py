"""Stand-ins for the backends that nobody outside the ministry can call. Real HTTP services with tables of their own, chosen only by URL.

Everything here is invented: citizen numbers begin with 099, a code that no place has, so that no number belongs to a person.
"""
