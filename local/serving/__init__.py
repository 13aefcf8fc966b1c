"""HTTP/1.1 and sd_notify for the two local servers, on the standard library alone."""
