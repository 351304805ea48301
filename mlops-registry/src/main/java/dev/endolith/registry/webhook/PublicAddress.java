package dev.endolith.registry.webhook;

import java.net.Inet4Address;
import java.net.Inet6Address;
import java.net.InetAddress;

/**
 * Tells addresses of the public internet from those of the host, its network and its cloud. IPv4 by
 * the blocks of the IANA special-purpose registry (RFC 6890); of IPv6 only global unicast 2000::/3,
 * without the blocks in which IPv4 addresses are hidden (6to4, Teredo; NAT64 is outside of it).
 */
final class PublicAddress {
  private static final int[][] SPECIAL = {
    // first address as an int, prefix length
    {0x00000000, 8}, // this network
    {0x0a000000, 8}, // private
    {0x64400000, 10}, // carrier-grade NAT
    {0x7f000000, 8}, // loopback
    {0xa9fe0000, 16}, // link-local, with the metadata services of clouds
    {0xac100000, 12}, // private
    {0xc0000000, 24}, // protocol assignments
    {0xc0000200, 24}, // documentation
    {0xc0586300, 24}, // 6to4 relays
    {0xc0a80000, 16}, // private
    {0xc6120000, 15}, // benchmarks
    {0xc6336400, 24}, // documentation
    {0xcb007100, 24}, // documentation
    {0xe0000000, 4}, // multicast
    {0xf0000000, 4}, // reserved, broadcast
  };

  private PublicAddress() {}

  static boolean isPublic(InetAddress address) {
    byte[] bytes = address.getAddress();
    if (address instanceof Inet4Address) {
      int value = number(bytes, 0);
      for (int[] block : SPECIAL) {
        if ((value ^ block[0]) >>> (32 - block[1]) == 0) {
          return false;
        }
      }
      return true;
    }
    if (!(address instanceof Inet6Address)) {
      return false;
    }
    int head = number(bytes, 0);
    boolean unicast = head >>> 29 == 1; // 2000::/3
    boolean special = head >>> 9 == 0x20010000 >>> 9; // 2001::/23, with Teredo
    boolean documentation = head == 0x20010db8 || head >>> 12 == 0x3fff0; // also 3fff::/20
    boolean sixToFour = head >>> 16 == 0x2002;
    return unicast && !special && !documentation && !sixToFour;
  }

  private static int number(byte[] bytes, int offset) {
    return (bytes[offset] & 0xff) << 24
        | (bytes[offset + 1] & 0xff) << 16
        | (bytes[offset + 2] & 0xff) << 8
        | (bytes[offset + 3] & 0xff);
  }
}
