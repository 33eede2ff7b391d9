"""Who is to be seen first: ranked by preventable harm, as many as can be seen."""
