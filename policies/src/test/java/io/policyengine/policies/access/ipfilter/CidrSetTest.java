package io.policyengine.policies.access.ipfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import io.policyengine.core.http.IpAddress;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class CidrSetTest {
    private static final int ROUNDS = 300;
    private static final int LOOKUPS = 200;

    @Test
    void hasExactlyTheAddressesOfItsBlocks() {
        Random random = new Random(7);
        for (int round = 0; round < ROUNDS; round++) {
            List<Cidr> blocks = new ArrayList<>();
            int count = random.nextInt(12);
            for (int i = 0; i < count; i++) {
                blocks.add(Cidr.parse(block(random)));
            }
            CidrSet set = CidrSet.of(blocks);

            for (int i = 0; i < LOOKUPS; i++) {
                IpAddress address = address(nearby(random, blocks));

                assertThat(set.contains(address))
                        .as("%s in %s", address, blocks)
                        .isEqualTo(blocks.stream().anyMatch(block -> covers(block, address)));
            }
        }
    }

    /** Few bits vary, so that blocks meet, overlap and repeat. */
    private static String block(Random random) {
        if (random.nextBoolean()) {
            int prefix = random.nextInt(33);
            long mask = prefix == 0 ? 0 : -1L << (32 - prefix) & 0xFFFF_FFFFL;
            long bits = (edge(random, 0xFF00_00FFL) & mask);
            return dotted(bits) + "/" + prefix;
        }
        int prefix = random.nextInt(129);
        BigInteger mask = BigInteger.ONE
                .shiftLeft(128)
                .subtract(BigInteger.ONE)
                .shiftRight(128 - prefix)
                .shiftLeft(128 - prefix);
        BigInteger bits = unsigned(edge(random, 0xF000_0000_0000_0003L))
                .shiftLeft(64)
                .or(unsigned(edge(random, 0xC000_0000_0000_0003L)))
                .setBit(120)
                .and(mask);
        return text(bits) + "/" + prefix;
    }

    private static long edge(Random random, long varying) {
        return random.nextInt(4) == 0 ? varying : random.nextLong() & varying;
    }

    private static String nearby(Random random, List<Cidr> blocks) {
        if (blocks.isEmpty() || random.nextInt(4) == 0) {
            return random.nextBoolean() ? dotted(random.nextLong() & 0xFF00_00FFL) : text(unsigned(random.nextLong()));
        }
        Cidr block = blocks.get(random.nextInt(blocks.size()));
        int step = random.nextInt(3) - 1;
        if (block.first().isV4()) {
            long end = random.nextBoolean() ? block.first().low() : block.lastLow();
            return dotted(end + step & 0xFFFF_FFFFL);
        }
        BigInteger end = random.nextBoolean()
                ? number(block.first().high(), block.first().low())
                : number(block.lastHigh(), block.lastLow());
        return text(end.add(BigInteger.valueOf(step)).mod(BigInteger.ONE.shiftLeft(128)));
    }

    /** By what a block means, apart from how the set does it. */
    private static boolean covers(Cidr block, IpAddress address) {
        if (block.first().isV4() != address.isV4()) {
            return false;
        }
        int bits = address.isV4() ? 32 : 128;
        BigInteger one = number(block.first().high(), block.first().low()).shiftRight(bits - block.prefix());
        return one.equals(number(address.high(), address.low()).shiftRight(bits - block.prefix()));
    }

    private static BigInteger unsigned(long value) {
        return new BigInteger(Long.toUnsignedString(value));
    }

    private static BigInteger number(long high, long low) {
        return unsigned(high).shiftLeft(64).or(unsigned(low));
    }

    private static String dotted(long bits) {
        return IntStream.of(24, 16, 8, 0)
                .mapToObj(shift -> Long.toString(bits >>> shift & 0xFF))
                .collect(Collectors.joining("."));
    }

    private static String text(BigInteger bits) {
        return IntStream.range(0, 8)
                .mapToObj(group -> bits.shiftRight(112 - 16 * group)
                        .and(BigInteger.valueOf(0xFFFF))
                        .toString(16))
                .collect(Collectors.joining(":"));
    }

    private static IpAddress address(String text) {
        return Objects.requireNonNull(IpAddress.parse(text), text);
    }

    @Test
    void mergesBlocksThatMeetOverlapOrRepeat() {
        CidrSet set = CidrSet.of(IntStream.range(0, 256)
                .boxed()
                .flatMap(i ->
                        List.of("10.0." + i + ".0/24", "10.0.0.0/20", "2001:db8:0:" + Integer.toHexString(i) + "::/64")
                                .stream())
                .map(Cidr::parse)
                .toList());

        assertThat(set.ranges()).isEqualTo(2);
    }

    @Test
    void takesLessThanTenMegabytesForAHundredThousandRanges() {
        Random random = new Random(3);
        List<Cidr> blocks = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            blocks.add(Cidr.parse(dotted((2L * i) << 8) + "/24"));
            blocks.add(Cidr.parse("2001:db8:" + Integer.toHexString((2 * i) & 0xFFFF) + ":"
                    + Integer.toHexString(i >>> 15) + "::" + Integer.toHexString(random.nextInt(0x10000))));
        }

        CidrSet set = CidrSet.of(blocks);

        assertThat(set.ranges()).isEqualTo(100_000);
        assertThat(set.bytes()).isLessThan(10_000_000 / 4);
    }

    @Test
    void readsEveryAddressAsTheJdkDoes() throws UnknownHostException {
        Random random = new Random(5);
        for (int i = 0; i < 5_000; i++) {
            byte[] octets = new byte[16];
            for (int at = 0; at < octets.length; at += 2) {
                if (random.nextInt(3) > 0) {
                    octets[at] = (byte) random.nextInt();
                    octets[at + 1] = (byte) random.nextInt();
                }
            }
            BigInteger bits = new BigInteger(1, octets);
            String shortened = shortened(text(bits), random);

            IpAddress read = address(shortened);

            byte[] byJdk = InetAddress.getByName(shortened).getAddress();
            assertThat(number(read.high(), read.low())).as(shortened).isEqualTo(new BigInteger(1, byJdk));
        }
    }

    /** With {@code ::} in place of a run of zeros, sometimes with the last 32 bits as decimal numbers. */
    private static String shortened(String text, Random random) {
        String ended = text;
        if (random.nextBoolean()) {
            String[] groups = text.split(":", -1);
            long last = Long.parseLong(groups[6], 16) << 16 | Long.parseLong(groups[7], 16);
            ended = text.substring(0, text.lastIndexOf(':', text.lastIndexOf(':') - 1) + 1) + dotted(last);
        }
        return random.nextBoolean() ? ended.replaceFirst("(^|:)0(:0)*(:|$)", "::") : ended;
    }

    @Test
    void aFileIsBounded() {
        String text = "10.0.0.1\n".repeat(CidrSet.MAX_BLOCKS + 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressFileParser().parse(text))
                .withMessage("line 1000001: more than 1000000 addresses and blocks");
    }

    @Test
    void tellsTheFirstFaultsOfAFileOfSomethingElse() {
        String text = "<html>\n".repeat(1000);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new AddressFileParser().parse(text))
                .satisfies(fault -> assertThat(
                                List.of(String.valueOf(fault.getMessage()).split("; ", -1)))
                        .hasSize(5)
                        .last(STRING)
                        .startsWith("line 5: an IP address"));
    }
}
