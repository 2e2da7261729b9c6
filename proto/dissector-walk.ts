/**
 * The two parts of proto/mtrace2.lua that do not come from a table, as Lua text: what it says to its reader, and the walk
 * from TLV to TLV. No line of it reads an octet before its length was compared with what there is.
 */

export const DISSECTOR_HEAD = `
-- Mtrace2 (RFC 8487) for Wireshark and tshark. Made by "npm run dissector" from the tables of mtrace2d; do not edit.
--
-- Use: put it into the folder "Personal Lua Plugins" (Help > About Wireshark > Folders), or, once:
--     tshark -X lua_script:mtrace2.lua -r FILE -V
--
-- Queries and Requests are known by their UDP port: 33435, and those of the preference "UDP ports" (Edit > Preferences >
-- Protocols > MTRACE2, or -o "mtrace2.ports:33433,33435"). Known neighbours that have one of their own: 33433 Cisco IOS XR,
-- 5000 Nokia SR OS, 10240 Comware.
--
-- Replies go to whatever port the client has, mostly from 33435. Those from another port are found by a heuristic: Type
-- REPLY, the Length of a header, and a Client Port # that is the UDP destination port. That needs no Query in the capture.
-- (Analyze > Enabled Protocols turns it off.) Where Wireshark knows another protocol on the client's port and asks that
-- first, use Analyze > Decode As, or -d udp.port==PORT,mtrace2.
--
-- Filters: mtrace2.srb.forwarding_code > 0; mtrace2.header.query_id == 0xbeef; mtrace2.srb is a Standard Response Block
-- of either family; a name with 4 or 6 in it is a field that the families do not have alike. What is wrong with a message
-- is an expert info, with a filter of its own: mtrace2.fault.unknown_tlv_type, mtrace2.exceeds.

local mtrace2 = Proto("mtrace2", "Multicast Traceroute Version 2")
`;

/** Framing faults of src/wire/view.ts, and what a reader of a capture is told. In filters with `_` for `-`. */
export const FAULTS = {
  'too-short': 'Fewer than four octets',
  'unknown-tlv-type': 'Unknown TLV type: receivers drop the whole message (RFC 8487 section 3)',
  'no-header': 'The first TLV is no Query, Request or Reply',
  'header-length': 'The Length of the header is neither 20 nor 56',
  'truncated-header': 'The header is longer than the datagram',
  'length-below-4': 'A Length below 4',
  'length-not-multiple-of-4': 'A Length that is no multiple of 4',
  'block-length': 'A Length that a block of this type cannot have',
  'misplaced-tlv': 'A TLV that may not stand here',
} as const;

const experts = Object.entries(FAULTS).map(
  ([name, text]) =>
    `  ["${name}"] = ProtoExpert.new("mtrace2.fault.${name.replaceAll('-', '_')}", "${text}", expert.group.MALFORMED, expert.severity.ERROR),`,
);

export const DISSECTOR_WALK = `
local FAULTS = {
${experts.join('\n')}
}
local EXCEEDS = ProtoExpert.new("mtrace2.exceeds", "A TLV exceeds what is left: it is dropped with the rest (RFC 8487 section 3)",
  expert.group.PROTOCOL, expert.severity.WARN)
local CUT_SHORT = ProtoExpert.new("mtrace2.cut_short", "The capture does not have the whole datagram",
  expert.group.UNDECODED, expert.severity.NOTE)

mtrace2.fields = F
mtrace2.experts = { EXCEEDS, CUT_SHORT }
for _, one in pairs(FAULTS) do table.insert(mtrace2.experts, one) end

mtrace2.prefs.ports = Pref.range("UDP ports", PORT, "Ports of Queries and Requests. RFC 8487: 33435; IOS XR 33433; Nokia 5000; Comware 10240", 65535)

local function named(registry, value)
  return registry[value] or string.format("0x%02x", value)
end

-- The time that an arrival time stands for: 16 bits of seconds since 1900 and 16 of fraction. They wrap every 18.2 hours;
-- the one nearest to the time of the capture is meant.
local function time_of(raw, now)
  local within = (raw / 65536 - 32384) % 65536
  local time = within + math.floor((now - within) / 65536 + 0.5) * 65536
  local seconds = math.floor(time)
  return NSTime.new(seconds, math.floor((time - seconds) * 1000000000))
end

local function add_field(tree, row, range, now)
  local item = tree:add(row.field, range)
  if row.is_count and range:range(0, 4):uint() == 0xffffffff and range:range(4, 4):uint() == 0xffffffff then
    item:append_text(" (not known)")
  elseif row.time ~= nil then
    local raw = range:uint()
    -- A WRONG_LAST_HOP block is zero but for its code. RFC 8487 section 4.1.1
    if raw == 0 then
      item:append_text(" (not known)")
    else
      tree:add(row.time, range, time_of(raw, now))
    end
  end
end

-- One TLV, of which all octets are there.
local function add_tlv(root, layout, range, now)
  local item = root:add(layout.item, range)
  for _, row in ipairs(layout.fields) do add_field(item, row, range:range(row.at, row.octets), now) end
  if layout.rest ~= nil and range:len() > layout.octets then
    item:add(layout.rest, range:range(layout.octets, range:len() - layout.octets))
  end
  return item
end

-- Type and Length of what cannot be read, and why.
local function add_fault(root, range, fault, now)
  local item = root
  if range:len() >= tlv.octets then item = add_tlv(root, tlv, range, now) end
  item:add_proto_expert_info(FAULTS[fault])
  return fault
end

local function header_fault(tvb, length)
  if length < 4 then return "too-short" end
  local kind = tvb(0, 1):uint()
  if kind == 0 or kind > EXTENDED_QUERY_BLOCK then return "unknown-tlv-type" end
  if kind > REPLY then return "no-header" end
  local octets = tvb(LENGTH_AT, 2):uint()
  if octets ~= header4.octets and octets ~= header6.octets then return "header-length" end
  if octets > length then return "truncated-header" end
  return nil
end

-- The table of a block, or nil and what is wrong with it. "seen" counts the Standard Response Blocks before it.
local function block_layout(message_type, family, kind, octets, seen)
  if kind == STANDARD_RESPONSE_BLOCK then
    if message_type == QUERY then return nil, "misplaced-tlv" end
    if octets ~= family.octets then return nil, "block-length" end
    return family
  elseif kind == AUGMENTED_RESPONSE_BLOCK then
    if seen == 0 then return nil, "misplaced-tlv" end
    if octets < 8 then return nil, "block-length" end
    return arb
  elseif kind == EXTENDED_QUERY_BLOCK then
    if seen > 0 then return nil, "misplaced-tlv" end
    if octets < 8 then return nil, "block-length" end
    return eqb
  end
  return nil, "misplaced-tlv"
end

-- Blocks up to the first fault or the end. Returns how many Standard Response Blocks there are, the last one's code, and
-- the fault.
local function add_blocks(tvb, root, at, length, now)
  local message_type = tvb(0, 1):uint()
  local family = at == header4.octets and srb4 or srb6
  local seen, code = 0, nil
  while at + 4 <= length do
    local kind, octets = tvb(at, 1):uint(), tvb(at + LENGTH_AT, 2):uint()
    local left = tvb(at, length - at)
    if octets < 4 then return seen, code, add_fault(root, left, "length-below-4", now) end
    if octets % 4 ~= 0 then return seen, code, add_fault(root, left, "length-not-multiple-of-4", now) end
    if kind == 0 or kind > EXTENDED_QUERY_BLOCK then return seen, code, add_fault(root, left, "unknown-tlv-type", now) end
    if at + octets > length then break end
    local layout, fault = block_layout(message_type, family, kind, octets, seen)
    if layout == nil then return seen, code, add_fault(root, left, fault, now) end
    local item = add_tlv(root, layout, tvb(at, octets), now)
    if layout == family then
      seen = seen + 1
      code = named(ForwardingCode, tvb(at + layout.forwardingCode, 1):uint())
      item:append_text(" " .. seen .. ": " .. code)
    end
    at = at + octets
  end
  if at < length then
    local item = root:add(F["mtrace2.dropped"], tvb(at, length - at))
    -- Else it may have been whole on the wire.
    if tvb:reported_len() == length then item:add_proto_expert_info(EXCEEDS) end
  end
  return seen, code, nil
end

function mtrace2.dissector(tvb, pinfo, tree)
  local length = tvb:captured_len()
  if length == 0 then return 0 end
  local now = tonumber(pinfo.abs_ts) or 0
  pinfo.cols.protocol = "Mtrace2"
  local root = tree:add(mtrace2, tvb())
  if length < tvb:reported_len() then root:add_proto_expert_info(CUT_SHORT) end
  local fault = header_fault(tvb, length)
  if fault ~= nil then
    add_fault(root, tvb(), fault, now)
    pinfo.cols.info = "Not a message: " .. fault
    return length
  end
  local octets = tvb(LENGTH_AT, 2):uint()
  local header = octets == header4.octets and header4 or header6
  local name = TlvType[tvb(0, 1):uint()]
  add_tlv(root, header, tvb(0, octets), now):append_text(": " .. name)
  local blocks, code
  blocks, code, fault = add_blocks(tvb, root, octets, length, now)
  local info = string.format("%s, Query ID 0x%04x, client port %d", name, tvb(header.queryId, 2):uint(), tvb(header.clientPort, 2):uint())
  if blocks > 0 then info = info .. string.format(", %d blocks, %s", blocks, code) end
  if fault ~= nil then info = info .. ", not a message: " .. fault end
  pinfo.cols.info = info
  return length
end

-- A Reply to the port that it names itself.
mtrace2:register_heuristic("udp", function(tvb, pinfo, tree)
  local length = tvb:captured_len()
  if length < 4 or tvb(0, 1):uint() ~= REPLY or header_fault(tvb, length) ~= nil then return false end
  local header = tvb(LENGTH_AT, 2):uint() == header4.octets and header4 or header6
  if tvb(header.clientPort, 2):uint() ~= pinfo.dst_port then return false end
  mtrace2.dissector(tvb, pinfo, tree)
  return true
end)

local udp_ports = DissectorTable.get("udp.port")
local registered = PORT
udp_ports:add(registered, mtrace2)

function mtrace2.prefs_changed()
  if mtrace2.prefs.ports == registered then return end
  if registered ~= "" then udp_ports:remove(registered, mtrace2) end
  registered = mtrace2.prefs.ports
  if registered ~= "" then udp_ports:add(registered, mtrace2) end
end
`;
