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

local TlvType = {
  [1] = "QUERY",
  [2] = "REQUEST",
  [3] = "REPLY",
  [4] = "STANDARD_RESPONSE_BLOCK",
  [5] = "AUGMENTED_RESPONSE_BLOCK",
  [6] = "EXTENDED_QUERY_BLOCK",
}

local ForwardingCode = {
  [0] = "NO_ERROR",
  [1] = "WRONG_IF",
  [2] = "PRUNE_SENT",
  [3] = "PRUNE_RCVD",
  [4] = "SCOPED",
  [5] = "NO_ROUTE",
  [6] = "WRONG_LAST_HOP",
  [7] = "NOT_FORWARDING",
  [8] = "REACHED_RP",
  [9] = "RPF_IF",
  [10] = "NO_MULTICAST",
  [11] = "INFO_HIDDEN",
  [12] = "REACHED_GW",
  [13] = "UNKNOWN_QUERY",
  [128] = "FATAL_ERROR",
  [129] = "NO_SPACE",
  [131] = "ADMIN_PROHIB",
}

local AugmentedResponseType = {
  [1] = "RETURNED_STANDARD_RESPONSE_BLOCKS",
}

local RoutingProtocol = {
  [1] = "other",
  [2] = "local",
  [3] = "netmgmt",
  [4] = "icmp",
  [5] = "egp",
  [6] = "ggp",
  [7] = "hello",
  [8] = "rip",
  [9] = "isIs",
  [10] = "esIs",
  [11] = "ciscoIgrp",
  [12] = "bbnSpfIgp",
  [13] = "ospf",
  [14] = "bgp",
  [15] = "idpr",
  [16] = "ciscoEigrp",
  [17] = "dvmrp",
  [18] = "rpl",
  [19] = "dhcp",
  [20] = "ttdp",
}

local MulticastRoutingProtocol = {
  [1] = "other",
  [2] = "local",
  [3] = "netmgmt",
  [4] = "dvmrp",
  [5] = "mospf",
  [6] = "pimSparseDense",
  [7] = "cbt",
  [8] = "pimSparseMode",
  [9] = "pimDenseMode",
  [10] = "igmpOnly",
  [11] = "bgmp",
  [12] = "msdp",
}

local F = {
  ["mtrace2.tlv"] = ProtoField.none("mtrace2.tlv", "Mtrace2 TLV Format"),
  ["mtrace2.type"] = ProtoField.uint8("mtrace2.type", "Type", base.HEX, TlvType),
  ["mtrace2.length"] = ProtoField.uint16("mtrace2.length", "Length", base.DEC),
  ["mtrace2.tlv.value"] = ProtoField.bytes("mtrace2.tlv.value", "Value"),
  ["mtrace2.header"] = ProtoField.none("mtrace2.header", "Mtrace2 Query, Request, Reply"),
  ["mtrace2.header.hops"] = ProtoField.uint8("mtrace2.header.hops", "# Hops", base.DEC),
  ["mtrace2.header4.multicast_address"] = ProtoField.ipv4("mtrace2.header4.multicast_address", "Multicast Address"),
  ["mtrace2.header4.source_address"] = ProtoField.ipv4("mtrace2.header4.source_address", "Source Address"),
  ["mtrace2.header4.client_address"] = ProtoField.ipv4("mtrace2.header4.client_address", "Mtrace2 Client Address"),
  ["mtrace2.header.query_id"] = ProtoField.uint16("mtrace2.header.query_id", "Query ID", base.HEX),
  ["mtrace2.header.client_port"] = ProtoField.uint16("mtrace2.header.client_port", "Client Port #", base.DEC),
  ["mtrace2.header6.multicast_address"] = ProtoField.ipv6("mtrace2.header6.multicast_address", "Multicast Address"),
  ["mtrace2.header6.source_address"] = ProtoField.ipv6("mtrace2.header6.source_address", "Source Address"),
  ["mtrace2.header6.client_address"] = ProtoField.ipv6("mtrace2.header6.client_address", "Mtrace2 Client Address"),
  ["mtrace2.srb"] = ProtoField.none("mtrace2.srb", "Mtrace2 Standard Response Block"),
  ["mtrace2.srb.mbz"] = ProtoField.uint8("mtrace2.srb.mbz", "MBZ", base.DEC),
  ["mtrace2.srb.query_arrival_time"] = ProtoField.uint32("mtrace2.srb.query_arrival_time", "Query Arrival Time", base.HEX),
  ["mtrace2.srb.query_arrival_time_utc"] = ProtoField.absolute_time("mtrace2.srb.query_arrival_time_utc", "Query Arrival Time (UTC)", base.UTC),
  ["mtrace2.srb.incoming_interface_address"] = ProtoField.ipv4("mtrace2.srb.incoming_interface_address", "Incoming Interface Address"),
  ["mtrace2.srb.outgoing_interface_address"] = ProtoField.ipv4("mtrace2.srb.outgoing_interface_address", "Outgoing Interface Address"),
  ["mtrace2.srb.upstream_router_address"] = ProtoField.ipv4("mtrace2.srb.upstream_router_address", "Upstream Router Address"),
  ["mtrace2.srb.input_packet_count"] = ProtoField.uint64("mtrace2.srb.input_packet_count", "Input packet count on Incoming Interface", base.DEC),
  ["mtrace2.srb.output_packet_count"] = ProtoField.uint64("mtrace2.srb.output_packet_count", "Output packet count on Outgoing Interface", base.DEC),
  ["mtrace2.srb.source_group_packet_count"] = ProtoField.uint64("mtrace2.srb.source_group_packet_count", "Total number of packets for this source-group pair", base.DEC),
  ["mtrace2.srb.routing_protocol"] = ProtoField.uint16("mtrace2.srb.routing_protocol", "Rtg Protocol", base.HEX, RoutingProtocol),
  ["mtrace2.srb.multicast_routing_protocol"] = ProtoField.uint16("mtrace2.srb.multicast_routing_protocol", "Multicast Rtg Protocol", base.HEX, MulticastRoutingProtocol),
  ["mtrace2.srb.forwarding_ttl"] = ProtoField.uint8("mtrace2.srb.forwarding_ttl", "Fwd TTL", base.DEC),
  ["mtrace2.srb4.mbz2"] = ProtoField.uint8("mtrace2.srb4.mbz2", "MBZ", base.DEC),
  ["mtrace2.srb4.s"] = ProtoField.uint8("mtrace2.srb4.s", "S", base.DEC, nil, 0x80),
  ["mtrace2.srb.source_mask"] = ProtoField.uint8("mtrace2.srb.source_mask", "Src Mask", base.DEC, nil, 0x7f),
  ["mtrace2.srb.forwarding_code"] = ProtoField.uint8("mtrace2.srb.forwarding_code", "Forwarding Code", base.HEX, ForwardingCode),
  ["mtrace2.srb.incoming_interface_id"] = ProtoField.uint32("mtrace2.srb.incoming_interface_id", "Incoming Interface ID", base.DEC),
  ["mtrace2.srb.outgoing_interface_id"] = ProtoField.uint32("mtrace2.srb.outgoing_interface_id", "Outgoing Interface ID", base.DEC),
  ["mtrace2.srb.local_address"] = ProtoField.ipv6("mtrace2.srb.local_address", "Local Address"),
  ["mtrace2.srb.remote_address"] = ProtoField.ipv6("mtrace2.srb.remote_address", "Remote Address"),
  ["mtrace2.srb6.mbz2"] = ProtoField.uint16("mtrace2.srb6.mbz2", "MBZ 2", base.DEC, nil, 0xfffe),
  ["mtrace2.srb6.s"] = ProtoField.uint16("mtrace2.srb6.s", "S", base.DEC, nil, 0x0001),
  ["mtrace2.srb.source_prefix_length"] = ProtoField.uint8("mtrace2.srb.source_prefix_length", "Src Prefix Len", base.DEC),
  ["mtrace2.arb"] = ProtoField.none("mtrace2.arb", "Mtrace2 Augmented Response Block"),
  ["mtrace2.arb.mbz"] = ProtoField.uint8("mtrace2.arb.mbz", "MBZ", base.DEC),
  ["mtrace2.arb.augmented_response_type"] = ProtoField.uint16("mtrace2.arb.augmented_response_type", "Augmented Response Type", base.HEX, AugmentedResponseType),
  ["mtrace2.arb.value"] = ProtoField.bytes("mtrace2.arb.value", "Value"),
  ["mtrace2.eqb"] = ProtoField.none("mtrace2.eqb", "Mtrace2 Extended Query Block"),
  ["mtrace2.eqb.mbz"] = ProtoField.uint8("mtrace2.eqb.mbz", "MBZ", base.DEC, nil, 0xfe),
  ["mtrace2.eqb.t"] = ProtoField.uint8("mtrace2.eqb.t", "T", base.DEC, nil, 0x01),
  ["mtrace2.eqb.extended_query_type"] = ProtoField.uint16("mtrace2.eqb.extended_query_type", "Extended Query Type", base.HEX),
  ["mtrace2.eqb.value"] = ProtoField.bytes("mtrace2.eqb.value", "Value"),
  ["mtrace2.dropped"] = ProtoField.bytes("mtrace2.dropped", "Not read"),
}

-- RFC 8487 section 3.1: Mtrace2 TLV Format
local tlv = {
  octets = 3,
  item = F["mtrace2.tlv"],
  rest = F["mtrace2.tlv.value"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
  },
}

-- RFC 8487 section 3.2.1: Mtrace2 Query, Request, Reply (IPv4)
local header4 = {
  octets = 20,
  item = F["mtrace2.header"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.header.hops"] },
    { at = 4, octets = 4, field = F["mtrace2.header4.multicast_address"] },
    { at = 8, octets = 4, field = F["mtrace2.header4.source_address"] },
    { at = 12, octets = 4, field = F["mtrace2.header4.client_address"] },
    { at = 16, octets = 2, field = F["mtrace2.header.query_id"] },
    { at = 18, octets = 2, field = F["mtrace2.header.client_port"] },
  },
}

-- RFC 8487 section 3.2.1: Mtrace2 Query, Request, Reply (IPv6)
local header6 = {
  octets = 56,
  item = F["mtrace2.header"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.header.hops"] },
    { at = 4, octets = 16, field = F["mtrace2.header6.multicast_address"] },
    { at = 20, octets = 16, field = F["mtrace2.header6.source_address"] },
    { at = 36, octets = 16, field = F["mtrace2.header6.client_address"] },
    { at = 52, octets = 2, field = F["mtrace2.header.query_id"] },
    { at = 54, octets = 2, field = F["mtrace2.header.client_port"] },
  },
}

-- RFC 8487 section 3.2.4: IPv4 Mtrace2 Standard Response Block
local srb4 = {
  octets = 52,
  item = F["mtrace2.srb"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.srb.mbz"] },
    { at = 4, octets = 4, field = F["mtrace2.srb.query_arrival_time"], time = F["mtrace2.srb.query_arrival_time_utc"] },
    { at = 8, octets = 4, field = F["mtrace2.srb.incoming_interface_address"] },
    { at = 12, octets = 4, field = F["mtrace2.srb.outgoing_interface_address"] },
    { at = 16, octets = 4, field = F["mtrace2.srb.upstream_router_address"] },
    { at = 20, octets = 8, field = F["mtrace2.srb.input_packet_count"], is_count = true },
    { at = 28, octets = 8, field = F["mtrace2.srb.output_packet_count"], is_count = true },
    { at = 36, octets = 8, field = F["mtrace2.srb.source_group_packet_count"], is_count = true },
    { at = 44, octets = 2, field = F["mtrace2.srb.routing_protocol"] },
    { at = 46, octets = 2, field = F["mtrace2.srb.multicast_routing_protocol"] },
    { at = 48, octets = 1, field = F["mtrace2.srb.forwarding_ttl"] },
    { at = 49, octets = 1, field = F["mtrace2.srb4.mbz2"] },
    { at = 50, octets = 1, field = F["mtrace2.srb4.s"] },
    { at = 50, octets = 1, field = F["mtrace2.srb.source_mask"] },
    { at = 51, octets = 1, field = F["mtrace2.srb.forwarding_code"] },
  },
}

-- RFC 8487 section 3.2.5: IPv6 Mtrace2 Standard Response Block
local srb6 = {
  octets = 80,
  item = F["mtrace2.srb"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.srb.mbz"] },
    { at = 4, octets = 4, field = F["mtrace2.srb.query_arrival_time"], time = F["mtrace2.srb.query_arrival_time_utc"] },
    { at = 8, octets = 4, field = F["mtrace2.srb.incoming_interface_id"] },
    { at = 12, octets = 4, field = F["mtrace2.srb.outgoing_interface_id"] },
    { at = 16, octets = 16, field = F["mtrace2.srb.local_address"] },
    { at = 32, octets = 16, field = F["mtrace2.srb.remote_address"] },
    { at = 48, octets = 8, field = F["mtrace2.srb.input_packet_count"], is_count = true },
    { at = 56, octets = 8, field = F["mtrace2.srb.output_packet_count"], is_count = true },
    { at = 64, octets = 8, field = F["mtrace2.srb.source_group_packet_count"], is_count = true },
    { at = 72, octets = 2, field = F["mtrace2.srb.routing_protocol"] },
    { at = 74, octets = 2, field = F["mtrace2.srb.multicast_routing_protocol"] },
    { at = 76, octets = 2, field = F["mtrace2.srb6.mbz2"] },
    { at = 76, octets = 2, field = F["mtrace2.srb6.s"] },
    { at = 78, octets = 1, field = F["mtrace2.srb.source_prefix_length"] },
    { at = 79, octets = 1, field = F["mtrace2.srb.forwarding_code"] },
  },
}

-- RFC 8487 section 3.2.6: Mtrace2 Augmented Response Block
local arb = {
  octets = 6,
  item = F["mtrace2.arb"],
  rest = F["mtrace2.arb.value"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.arb.mbz"] },
    { at = 4, octets = 2, field = F["mtrace2.arb.augmented_response_type"] },
  },
}

-- RFC 8487 section 3.2.7: Mtrace2 Extended Query Block
local eqb = {
  octets = 6,
  item = F["mtrace2.eqb"],
  rest = F["mtrace2.eqb.value"],
  fields = {
    { at = 0, octets = 1, field = F["mtrace2.type"] },
    { at = 1, octets = 2, field = F["mtrace2.length"] },
    { at = 3, octets = 1, field = F["mtrace2.eqb.mbz"] },
    { at = 3, octets = 1, field = F["mtrace2.eqb.t"] },
    { at = 4, octets = 2, field = F["mtrace2.eqb.extended_query_type"] },
  },
}

-- Where the summary and the heuristic find what they need, by the Length of the header.
header4.queryId, header4.clientPort = 16, 18
header6.queryId, header6.clientPort = 52, 54
srb4.forwardingCode = 51
srb6.forwardingCode = 79
local LENGTH_AT = 1
local PORT = "33435"
local QUERY = 1
local REQUEST = 2
local REPLY = 3
local STANDARD_RESPONSE_BLOCK = 4
local AUGMENTED_RESPONSE_BLOCK = 5
local EXTENDED_QUERY_BLOCK = 6

local FAULTS = {
  ["too-short"] = ProtoExpert.new("mtrace2.fault.too_short", "Fewer than four octets", expert.group.MALFORMED, expert.severity.ERROR),
  ["unknown-tlv-type"] = ProtoExpert.new("mtrace2.fault.unknown_tlv_type", "Unknown TLV type: receivers drop the whole message (RFC 8487 section 3)", expert.group.MALFORMED, expert.severity.ERROR),
  ["no-header"] = ProtoExpert.new("mtrace2.fault.no_header", "The first TLV is no Query, Request or Reply", expert.group.MALFORMED, expert.severity.ERROR),
  ["header-length"] = ProtoExpert.new("mtrace2.fault.header_length", "The Length of the header is neither 20 nor 56", expert.group.MALFORMED, expert.severity.ERROR),
  ["truncated-header"] = ProtoExpert.new("mtrace2.fault.truncated_header", "The header is longer than the datagram", expert.group.MALFORMED, expert.severity.ERROR),
  ["length-below-4"] = ProtoExpert.new("mtrace2.fault.length_below_4", "A Length below 4", expert.group.MALFORMED, expert.severity.ERROR),
  ["length-not-multiple-of-4"] = ProtoExpert.new("mtrace2.fault.length_not_multiple_of_4", "A Length that is no multiple of 4", expert.group.MALFORMED, expert.severity.ERROR),
  ["block-length"] = ProtoExpert.new("mtrace2.fault.block_length", "A Length that a block of this type cannot have", expert.group.MALFORMED, expert.severity.ERROR),
  ["misplaced-tlv"] = ProtoExpert.new("mtrace2.fault.misplaced_tlv", "A TLV that may not stand here", expert.group.MALFORMED, expert.severity.ERROR),
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
