package io.policyengine.admin.flight;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.NetUtil;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ranges of addresses, beside Netty's reader of addresses and a comparison of bytes. */
class AddressRangeTest {
    private static final int RUNS = 200_000;

    private final Random random = new Random(31);

    @Test
    void containsWhatHasTheSameFirstBits() {
        int contained = 0;
        for (int i = 0; i < RUNS; i++) {
            byte[] network = address();
            byte[] client = near(network);
            int prefix = random.nextInt(network.length * Byte.SIZE + 1);
            AddressRange range = Objects.requireNonNull(AddressRange.parse(text(network) + "/" + prefix));

            boolean contains = range.contains(text(client));

            assertThat(contains)
                    .as("%s/%d contains %s", text(network), prefix, text(client))
                    .isEqualTo(isAlike(network, client, prefix));
            contained += contains ? 1 : 0;
        }
        assertThat(contained).isBetween(RUNS / 10, RUNS - RUNS / 10);
    }

    /** An address, not of those that are mapped into IPv6. */
    private byte[] address() {
        byte[] address = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(address);
        address[0] |= 1;
        return address;
    }

    private byte[] near(byte[] network) {
        byte[] client = network.clone();
        int bit = random.nextInt(client.length * Byte.SIZE);
        client[bit / Byte.SIZE] ^= (byte) (0x80 >> bit % Byte.SIZE);
        return client;
    }

    private String text(byte[] address) {
        if (address.length == 4) {
            return NetUtil.bytesToIpAddress(address);
        }
        return random.nextBoolean()
                ? NetUtil.bytesToIpAddress(address)
                : HexFormat.of().formatHex(address).replaceAll("(.{4})(?!$)", "$1:");
    }

    private static boolean isAlike(byte[] one, byte[] other, int bits) {
        int whole = bits / Byte.SIZE;
        int rest = bits % Byte.SIZE;
        return Arrays.equals(one, 0, whole, other, 0, whole)
                && (rest == 0 || ((one[whole] ^ other[whole]) & 0xFF) >> (Byte.SIZE - rest) == 0);
    }

    @Test
    void readsTheAddressesThatNettyWrites() {
        for (int i = 0; i < RUNS; i++) {
            byte[] address = new byte[16];
            for (int group = 0; group < 8; group++) {
                if (random.nextInt(3) > 0) {
                    address[2 * group + 1] = (byte) random.nextInt();
                }
            }
            String text = NetUtil.bytesToIpAddress(address);

            assertThat(Objects.requireNonNull(AddressRange.parse(text), text).contains(text))
                    .as(text)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "fe80::/10, fe80::1%eth0, true",
        "fe80::1, fe80::2%eth0, false",
        "::ffff:0:0/95, ::ffff:10.0.0.7, true",
        "::ffff:0:0/95, 10.0.0.7, false",
        "::/0, ::ffff:10.0.0.7, true",
        "::/0, 10.0.0.7, false",
        "::ffff:10.0.0.7/128, 10.0.0.7, true",
        "::ffff:10.0.0.7, ::ffff:a00:7, true",
        "10.0.0.8/31, 10.0.0.9, true",
        "10.0.0.0/8, 010.0.0.7, false",
    })
    void zonesAndMappedAddressesAreThoseOfTheirAddresses(String range, String client, boolean contains) {
        assertThat(Objects.requireNonNull(AddressRange.parse(range)).contains(client))
                .isEqualTo(contains);
    }
}
