"""Gathering: the activity calendars of buildings, neighbourhoods and committees. The room is not open yet (config.ROOMS
does not name it): nothing is here until it can be used."""
