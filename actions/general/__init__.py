"""What is said and done outside a form: handing over, emergencies, language, commands without a form."""
