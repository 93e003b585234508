"""People among people: reputation, friends, clans, battles, challenges, posts, invites, reports."""
