### Settings.

settings-lead = Your choices are kept in this browser.
settings-language = Language
settings-save-language = Save language
settings-theme = Colours
settings-save-theme = Save colours
settings-time-zone = Time zone
settings-time-zone-hint = Staff pages show times in it, with the partner’s time beside them. Before you choose, it is { $office }. Your mails have a time zone of their own.
settings-save-time-zone = Save time zone
theme-system = Same as my device
theme-light = Light
theme-dark = Dark
