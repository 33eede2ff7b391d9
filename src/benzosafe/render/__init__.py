"""From plans, findings and curves to what people read: text, pages, pictures, papers, calendars."""
