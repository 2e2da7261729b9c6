/** Access lists as `show access-lists` prints them. */
export const LISTS = `Standard IP access list 10
    10 deny   239.255.0.0, wildcard bits 0.0.255.255 (5 matches)
    20 permit 239.1.1.1 log
    30 permit any
Standard IP access list GAPS
    permit 239.0.1.0, wildcard bits 0.255.0.255
Extended IP access list SCOPE
    10 deny ip any 239.255.0.0 0.0.255.255 (12 matches)
    20 deny ip any host 239.1.1.1
    30 permit ip any any log
Extended IP access list 101
    10 permit ip host 10.1.0.2 239.0.0.0 0.255.255.255
    20 permit tcp any any eq 22
Extended IP access list HOURS
    10 deny ip any host 239.1.1.1 time-range WORK (inactive)
    20 permit ip any any
Extended IP access list LOCK
    Dynamic x permit ip any any
    20 permit ip any any
Extended IP access list MIRROR
    10 evaluate mirrored
    20 permit ip any any
Extended MAC access list M
    permit any any
`;
