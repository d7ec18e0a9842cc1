package io.policyengine.policies.content.virusscan;

import static io.policyengine.policies.content.DisguisedBodies.cut;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.policyengine.core.callout.CalloutException;
import io.policyengine.core.callout.CalloutException.Kind;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.RequestView;
import io.policyengine.core.http.ResponseView;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.Cancellation;
import io.policyengine.core.policy.ChunkFilter;
import io.policyengine.core.policy.ChunkOutcome;
import io.policyengine.core.policy.Metadata;
import io.policyengine.core.policy.RequestChunkOutcome;
import io.policyengine.core.policy.RequestContext;
import io.policyengine.testkit.policy.FakeByteTarget;
import io.policyengine.testkit.policy.FakeEnvironment;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestChunkRun;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class VirusScanTest {
    private static final String CLAMD = "clamd:3310";
    private static final String BAD = "MALICE";
    private static final int CUTS = Boolean.getBoolean("tests.all") ? 10_000 : 1_500;
    private static final HeaderMap FORM = HeaderMap.of("content-type", "multipart/form-data; boundary=XY");

    private final FakeEnvironment environment = new FakeEnvironment();
    private final FakeByteTarget clamd = environment.useByteTarget(CLAMD).serve(() -> new Session()::answer);

    /** A session of clamd, which takes a content for infected that begins with {@link #BAD}. */
    private static final class Session {
        private final StringBuilder unread = new StringBuilder();
        private final StringBuilder content = new StringBuilder();
        private boolean isOpen;
        private int number;

        Buffer answer(Buffer sent) {
            unread.append(sent.toString(StandardCharsets.ISO_8859_1));
            Buffer answers = Buffer.buffer();
            while (true) {
                if (!isOpen) {
                    int end = unread.indexOf("\0");
                    if (end < 0) {
                        return answers;
                    }
                    isOpen = unread.substring(0, end).equals("zINSTREAM");
                    unread.delete(0, end + 1);
                    continue;
                }
                if (unread.length() < 4) {
                    return answers;
                }
                int length = Buffer.buffer(unread.substring(0, 4), "ISO-8859-1").getInt(0);
                if (unread.length() < 4 + length) {
                    return answers;
                }
                content.append(unread, 4, 4 + length);
                unread.delete(0, 4 + length);
                if (length == 0) {
                    number++;
                    answers.appendString(
                            number + ": stream: " + (content.indexOf(BAD) == 0 ? "Malice FOUND" : "OK") + "\0");
                    content.setLength(0);
                    isOpen = false;
                }
            }
        }
    }

    @Test
    void refusesAPartOfAFileInWhichTheScannerFindsNothing() {
        for (String mode : List.of("mode: whole", "mode: stream")) {
            PolicyTester tester = tester(mode);
            RequestRun before = tester.request(TestMessages.get("/", "range", "bytes=3-"));
            ResponseView part = TestMessages.response(206, "content-range", "bytes 3-5/6");

            ResponseView answer =
                    tester.response(part.withBody(Buffer.buffer("ICE")), before).response();
            assertThat(answer.status()).isEqualTo(502);
            assertThat(answer.body()).asString().doesNotContain("ICE");
            assertThat(tester.response(part, before).response().status()).isEqualTo(502);
            assertThat(tester.response(
                                    TestMessages.response(416, "content-range", "bytes */6")
                                            .withBody(Buffer.buffer("none")),
                                    before)
                            .response()
                            .status())
                    .isEqualTo(416);
        }
    }

    private PolicyTester tester(String more) {
        return PolicyTester.of(
                new VirusScanFactory(), "{ scanner: clamd, address: '" + CLAMD + "', " + more + " }", environment);
    }

    private static RequestView post(HeaderMap headers) {
        return TestMessages.request("POST", "/", headers, TestMessages.CLIENT_ADDRESS);
    }

    @Test
    void noCutChangesAVerdictAndNothingOfAShortInfectedBodyGoesOn() {
        PolicyTester tester = tester("mode: stream");
        String form =
                "--XY\r\nContent-Disposition: form-data; name=a\r\n\r\n%s\r\n--XY\r\nContent-Transfer-Encoding: base64\r\n\r\n%s\r\n--XY--\r\n";
        List<String> infected = List.of(form.formatted(BAD, "QUJD"), form.formatted("harmless", "TUFMSUNFCg=="));
        String clean = form.formatted("harmless", "QUJD");
        Random random = new Random(7);

        for (int i = 0; i < CUTS; i++) {
            RequestChunkRun denied = tester.requestChunks(post(FORM), cut(Buffer.buffer(infected.get(i % 2)), random));
            RequestChunkRun passed = tester.requestChunks(post(FORM), cut(Buffer.buffer(clean), random));

            assertThat(denied.denial().status()).isEqualTo(403);
            assertThat(denied.joined().length()).isZero();
            assertThat(passed.joined()).hasToString(clean);
        }
        assertThat(clamd.opened()).as("connections, which are kept").isEqualTo(1);
        assertThat(clamd.inUse()).isZero();
    }

    @Test
    void aClientWithLittleOrSlowBytesKeepsNoConnection() {
        Open open = new Open(tester("mode: stream"));

        open.send(60_000, false);
        assertThat(clamd.inUse()).isZero();
        open.send(10_000, false);
        assertThat(clamd.inUse()).isEqualTo(1);
        environment.advance(Duration.ofSeconds(29));
        assertThat(open.send(1, false)).isInstanceOf(ChunkOutcome.Hold.class);
        environment.advance(Duration.ofSeconds(60));

        assertThat(open.send(1_000, false))
                .isInstanceOfSatisfying(
                        RequestChunkOutcome.Respond.class,
                        answer -> assertThat(answer.response().status()).isEqualTo(408));
        assertThat(clamd.inUse()).isZero();
    }

    @Test
    void aBodyThatEndsEarlyLeavesNoConnection() {
        Open open = new Open(tester("mode: stream"));
        open.send(100_000, false);
        assertThat(clamd.inUse()).isEqualTo(1);

        open.filter.close();

        assertThat(clamd.inUse()).isZero();
        assertThat(tester("mode: whole")
                        .request(post(HeaderMap.empty()).withBody(Buffer.buffer("x")))
                        .isDenied())
                .isFalse();
        assertThat(clamd.opened())
                .as("a connection with half a content on it is not used again")
                .isEqualTo(2);
    }

    @Test
    void aCallThatIsCancelledLeavesNoConnection() {
        Open open = new Open(tester("mode: stream"));
        open.send(100_000, false);

        open.cancellation.cancel();

        assertThat(clamd.inUse()).isZero();
    }

    @Test
    void anAnswerWithoutAnEndIsCutOff() {
        clamd.serve(() -> _ -> Buffer.buffer("1: stream: " + "A".repeat(5_000)));

        requireNoVerdict(Kind.MALFORMED);
    }

    @Test
    void aHeadWithoutAnEndIsCutOff() {
        environment
                .useByteTarget("icap:1344")
                .serve(() -> _ -> Buffer.buffer("ICAP/1.0 200 OK\r\nA: " + "b".repeat(17_000)));
        PolicyTester tester = PolicyTester.of(
                new VirusScanFactory(), "{ scanner: icap, address: 'icap:1344', service: avscan }", environment);

        assertThatExceptionOfType(CalloutException.class)
                .isThrownBy(() -> tester.request(post(HeaderMap.empty()).withBody(Buffer.buffer("x"))))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(Kind.MALFORMED));
    }

    @Test
    void anAnswerToAnotherQuestionIsNone() {
        clamd.serve(() ->
                sent -> sent.toString().endsWith("\0\0\0\0") ? Buffer.buffer("7: stream: OK\0") : Buffer.buffer());

        requireNoVerdict(Kind.MALFORMED);
    }

    @Test
    void ofASignatureOnlyItsUsualCharactersAreTold() {
        clamd.serve(() -> sent -> sent.toString().endsWith("\0\0\0\0")
                ? Buffer.buffer("1: stream: <b>\r\n" + "x".repeat(300) + " FOUND\0")
                : Buffer.buffer());

        Metadata told = tester("mode: whole")
                .request(post(HeaderMap.empty()).withBody(Buffer.buffer("x")))
                .metadata();

        assertThat(told.text("virus_scan.signature")).isEqualTo("_b___" + "x".repeat(123));
    }

    private void requireNoVerdict(Kind kind) {
        assertThatExceptionOfType(CalloutException.class)
                .isThrownBy(() ->
                        tester("mode: whole").request(post(HeaderMap.empty()).withBody(Buffer.buffer("x"))))
                .satisfies(failure -> assertThat(failure.kind()).isEqualTo(kind));
        assertThat(clamd.inUse()).isZero();
    }

    /** A body that is on its way. */
    private static final class Open {
        private final Cancellation cancellation = new Cancellation();
        private final ChunkFilter<? extends RequestChunkOutcome> filter;
        private Buffer held = Buffer.buffer();

        Open(PolicyTester tester) {
            Call call = new Call("id", 1, Long.MAX_VALUE / 4, cancellation);
            filter = tester.policy().requestChunks(new RequestContext(post(HeaderMap.empty()), Metadata.empty(), call));
        }

        RequestChunkOutcome send(int bytes, boolean last) {
            Future<? extends RequestChunkOutcome> decided =
                    filter.onChunk(held.copy().appendBytes(new byte[bytes]), last);
            assertThat(decided.isComplete()).isTrue();
            RequestChunkOutcome outcome = decided.result();
            if (outcome instanceof ChunkOutcome.Hold(var _, Buffer rest)) {
                held = rest;
            }
            return outcome;
        }
    }
}
