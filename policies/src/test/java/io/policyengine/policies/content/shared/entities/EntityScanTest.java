package io.policyengine.policies.content.shared.entities;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EntityScanTest {
    private static final int TEXTS = Boolean.getBoolean("tests.all") ? 10_000 : 2_500;

    private static final EntityFinder ALL = new EntityFinder(EnumSet.allOf(Entity.class));

    /** Feeds a text piece by piece, as little of it as has to be shown again. */
    private static final class Feed {
        private final EntityScan scan = ALL.scan();
        private final StringBuilder shown = new StringBuilder();
        private final List<EntityMatch> found = new ArrayList<>();
        private int decided;
        private int dropped;
        private int mostUndecided;

        void take(CharSequence piece, boolean last) {
            shown.append(piece);
            ScanResult scanned = scan.scan(shown, decided, last);
            for (EntityMatch each : scanned.found()) {
                assertThat(each.end()).isLessThanOrEqualTo(scanned.decided());
                found.add(
                        new EntityMatch(each.entity(), each.start() + dropped, each.end() + dropped, each.continues()));
            }
            mostUndecided = Math.max(mostUndecided, shown.length() - scanned.decided());
            int outOfSight = Math.max(0, scanned.decided() - EntityFinder.CONTEXT);
            shown.delete(0, outOfSight);
            dropped += outOfSight;
            decided = scanned.decided() - outOfSight;
        }
    }

    private static Feed cut(String text, Random random, int longest) {
        Feed feed = new Feed();
        int at = 0;
        while (at < text.length()) {
            int next = Math.min(text.length(), at + 1 + random.nextInt(longest));
            feed.take(text.substring(at, next), false);
            at = next;
        }
        feed.take("", true);
        return feed;
    }

    @Test
    void findsTheSameWhereverATextIsCut() {
        Random random = new Random(7);
        List<Corpus.Labelled> corpus = Corpus.texts();
        for (int i = 0; i < TEXTS; i++) {
            String text = corpus.get(i % corpus.size()).text() + " "
                    + corpus.get(random.nextInt(corpus.size())).text();

            assertThat(cut(text, random, 1 + random.nextInt(20)).found).as(text).isEqualTo(ALL.find(text));
        }
    }

    @Test
    void findsTheSameInTextsOfFragmentsThatAlmostAreEntities() {
        Random random = new Random(8);
        String[] fragments = {
            "eyJhbGciOiJIUzI1NiJ9",
            ".",
            "-----BEGIN PRIVATE KEY-----",
            "-----END PRIVATE KEY-----",
            "MIIEvQIBADANBgkqhkiG9w0B",
            "\n",
            "4111",
            " ",
            "-",
            "1111",
            "+49",
            "(0)",
            "30",
            "12",
            "@",
            "bob",
            "example.com",
            "%40",
            "sk-",
            "sk-proj-",
            "DE89",
            "3704",
            "0044",
            "0532",
            "0130",
            "00",
            "::",
            "fe80",
            "10.0.0.1",
            "AKIA",
            "IOSFODNN7EXAMPLE",
            "phone ",
            "passport ",
            "secret ",
            "078-05-1120",
            "电话",
            "é",
            "P<UTOERIKSSON<<ANNA"
        };
        for (int i = 0; i < TEXTS; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(30); n >= 0; n--) {
                text.append(fragments[random.nextInt(fragments.length)]);
            }

            assertThat(cut(text.toString(), random, 9).found)
                    .as(text.toString())
                    .isEqualTo(ALL.find(text));
        }
    }

    @Test
    void whatIsTooLongIsFoundInPartsThatTouch() {
        String token = "eyJhbGciOiJIUzI1NiJ9." + "a".repeat(50_000) + "." + "b".repeat(43);
        String key = "-----BEGIN PRIVATE KEY-----\n" + ("MIIEvQIB".repeat(8) + "\n").repeat(700)
                + "-----END PRIVATE KEY-----";
        for (String secret : List.of(token, key)) {
            String text = "see " + secret + " here";

            List<EntityMatch> found = ALL.find(text);

            assertThat(found).hasSizeGreaterThan(2);
            assertThat(found.getFirst().start()).isEqualTo(4);
            assertThat(found.getLast().end()).isEqualTo(4 + secret.length());
            for (int i = 1; i < found.size(); i++) {
                assertThat(found.get(i).continues()).isTrue();
                assertThat(found.get(i).start()).isEqualTo(found.get(i - 1).end());
            }
            assertThat(cut(text, new Random(1), 700).found).isEqualTo(found);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "eyJ",
                "ey.",
                "eyJhbGciOiJIUzI1NiJ9.",
                "-----BEGIN PRIVATE KEY-----",
                "-----BEGIN ",
                "MIIEvQIBADANBgkq",
                "1",
                "1 ",
                "4111 ",
                "+1",
                "a",
                "a@",
                "a.b@c.",
                "phone 1234567 ",
                "sk-",
                "::",
                "1.",
                "DE89 ",
                "A",
                "(",
                "é",
                "電"
            })
    void hostileTextsCostLinearTimeAndHoldLittle(String unit) {
        String text =
                "-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBgkqhkiG9w0B".substring(0, unit.startsWith("MII") ? 52 : 0)
                        + unit.repeat(100_000 / unit.length());
        CountedWindow counted = new CountedWindow(text);

        ALL.scan().scan(counted, 0);

        assertThat(counted.reads).isLessThan(600L * text.length());
        assertThat(cut(text, new Random(3), 3_000).mostUndecided).isLessThan(EntityFinder.LONGEST + 3_000);
    }

    @Test
    void bytesThatDripIntoALongTokenAreLookedAtOnce() {
        String text = "eyJhbGciOiJIUzI1NiJ9." + "a".repeat(15_000);
        StringBuilder shown = new StringBuilder();
        EntityScan scan = ALL.scan();
        long reads = 0;
        for (int i = 0; i < text.length(); i++) {
            shown.append(text.charAt(i));
            CountedText counted = new CountedText(shown);
            assertThat(scan.scan(counted, 0, false).decided()).isZero();
            reads += counted.reads;
        }

        assertThat(reads).isLessThan(20L * text.length());
    }

    /** A window that counts how often detectors look at a character. */
    private static final class CountedWindow extends Window {
        private long reads;

        CountedWindow(CharSequence text) {
            super(text, true);
        }

        @Override
        int at(int position) {
            reads++;
            return super.at(position);
        }

        @Override
        int raw(int position) {
            reads++;
            return super.raw(position);
        }
    }

    /** A text that counts how often it is read. */
    private static final class CountedText implements CharSequence {
        private final CharSequence text;
        private long reads;

        CountedText(CharSequence text) {
            this.text = text;
        }

        @Override
        public int length() {
            return text.length();
        }

        @Override
        public char charAt(int index) {
            reads++;
            return text.charAt(index);
        }

        @Override
        public CharSequence subSequence(int start, int end) {
            return text.subSequence(start, end);
        }

        @Override
        public String toString() {
            return text.toString();
        }
    }
}
