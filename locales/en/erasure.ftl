erased = Erased on { $date } after the time of keeping
erased-text = What was written with this request, the names and contact details, and the files are gone. Decisions, their codes, dates, figures and references stay.
erased-no-notes = What was written with this request was erased after the time of keeping. No note can be added any more.
event-request-erased = Texts, names and files erased after the time of keeping
