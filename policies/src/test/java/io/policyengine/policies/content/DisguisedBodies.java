package io.policyengine.policies.content;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.core.http.RequestView;
import io.policyengine.testkit.policy.PolicyTester;
import io.policyengine.testkit.policy.RequestChunkRun;
import io.policyengine.testkit.policy.RequestRun;
import io.policyengine.testkit.policy.TestMessages;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;

/**
 * Bodies, each with its type, in which something is disguised. They come whole and in random cuts.
 *
 * @param cutsOfEach body
 */
public record DisguisedBodies(List<List<String>> bodies, int cutsOfEach) {
    public static RequestView post(String type) {
        return TestMessages.get("/", "content-type", type);
    }

    public static List<Buffer> cut(Buffer body, Random random) {
        int most = 1 + random.nextInt(body.length());
        List<Buffer> chunks = new ArrayList<>();
        int at = 0;
        while (at < body.length()) {
            int end = Math.min(body.length(), at + random.nextInt(most + 1));
            chunks.add(body.getBuffer(at, end));
            at = end;
        }
        return chunks;
    }

    /** Asserts that a policy masks each body as it masks the whole one. */
    public void assertMaskedAlike(PolicyTester tester, Consumer<String> checkWhole) {
        for (List<String> disguised : bodies) {
            RequestView request = post(disguised.getFirst());
            Buffer body = Buffer.buffer(disguised.getLast());
            String whole = sent(tester.request(request.withBody(body)));

            checkWhole.accept(whole);
            assertThat(whole).isNotEqualTo(body.toString());
            for (int seed = 0; seed < cutsOfEach; seed++) {
                assertThat(tester.requestChunks(request, cut(body, new Random(seed)))
                                .joined()
                                .toString())
                        .as("seed %d of %s", seed, disguised)
                        .isEqualTo(whole);
            }
        }
    }

    /**
     * Asserts that a policy denies each body as it denies the whole one, and passes nothing of what it denies.
     *
     * @param masks masks by {@code ***} what the other denies
     */
    public void assertDeniedAlike(PolicyTester tester, PolicyTester masks) {
        for (List<String> disguised : bodies) {
            RequestView request = post(disguised.getFirst());
            Buffer body = Buffer.buffer(disguised.getLast());
            RequestRun whole = tester.request(request.withBody(body));
            int firstFound = sent(masks.request(request.withBody(body))).indexOf("***");

            for (int seed = 0; seed < cutsOfEach; seed++) {
                RequestChunkRun cut = tester.requestChunks(request, cut(body, new Random(seed)));
                assertThat(cut.denial()).as("seed %d of %s", seed, disguised).isEqualTo(whole.denial());
                assertThat(cut.joined().length()).isLessThanOrEqualTo(firstFound);
            }
        }
    }

    /** Returns the body as it goes upstream. */
    public static String sent(RequestRun run) {
        return String.valueOf(run.request().body());
    }
}
