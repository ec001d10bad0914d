### Instants, spans and time zones.

time-instant = { $date }, { $time } ({ $zone })
time-beside = { $own }; { $time } { $zone }
time-beside-another-day = { $own }; { $date }, { $time } { $zone }
time-now = now
time-in = in { $span }
time-ago = { $span } ago
time-days = { $count ->
    [one] { $count } day
   *[other] { $count } days
}
time-hours = { $count } h
time-minutes = { $count } min
time-two-units = { $large } { $small }

zone-utc = UTC
zone-etc-utc = UTC
zone-asia-tokyo = Japan time
zone-asia-seoul = Korea time
zone-asia-shanghai = China time
zone-asia-hong-kong = Hong Kong time
zone-asia-taipei = Taipei time
zone-asia-singapore = Singapore time
zone-asia-kolkata = India time
zone-asia-dubai = Dubai time
zone-australia-sydney = Sydney time
zone-europe-london = London time
zone-europe-paris = Paris time
zone-europe-berlin = Berlin time
zone-america-new-york = New York time
zone-america-chicago = Chicago time
zone-america-denver = Denver time
zone-america-los-angeles = Los Angeles time
zone-america-sao-paulo = São Paulo time
