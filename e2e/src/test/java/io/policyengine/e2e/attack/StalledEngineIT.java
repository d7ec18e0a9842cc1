package io.policyengine.e2e.attack;

import static org.assertj.core.api.Assertions.assertThat;

import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.OsProcess;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The engine reads nothing for a time, as in a pause of its collector, while clients come and go: the connection of all is not lost. */
@Tag("alone")
@Tag("nightly")
class StalledEngineIT {
    private static final int STREAMS = 100;
    private static final int LARGE = 4;
    private static final int SMALL = 5;
    private static final int ROUNDS = 4;

    @ParameterizedTest
    @EnumSource(EnvoyVersion.class)
    void clientsThatComeAndGoMeanwhileCostNobodyElseAnExchange(EnvoyVersion version) {
        try (AttackStack stack = new AttackStack(version);
                Sockets sockets = new Sockets();
                GoodClient good = new GoodClient(stack.envoy().port())) {
            EnvoyProcess envoy = stack.envoy();
            OsProcess engine = stack.engine().process();
            good.awaitMore(200);

            engine.signal("STOP");
            // What they send is more than the sockets between Envoy and the engine take.
            Wave large = sockets.open(envoy.port(), LARGE, requests("a".repeat(40_000)));
            awaitActive(envoy, LARGE * STREAMS, Integer.MAX_VALUE);
            for (int round = 0; round < ROUNDS; round++) {
                Wave small = sockets.open(envoy.port(), SMALL, requests("a"));
                awaitActive(envoy, (LARGE + SMALL) * STREAMS, Integer.MAX_VALUE);
                small.close();
                awaitActive(envoy, 0, (LARGE + SMALL) * STREAMS - 1);
            }
            engine.signal("CONT");
            good.awaitMore(200);
            large.close();

            assertThat(envoy.engineCluster("http2.outbound_control_flood")).isZero();
            assertThat(envoy.engineCluster("upstream_cx_destroy_with_active_rq"))
                    .isZero();
        }
    }

    private static byte[] requests(String value) {
        byte[] fields = Http2.request("GET", "/open?evil=silent", "x-a: " + value);
        return Http1.join(Http2.preface(), Http2.streams(STREAMS, stream -> headers(stream, fields)));
    }

    /** In frames of at most 16 KiB. */
    private static byte[] headers(int stream, byte[] block) {
        int size = 16_000;
        byte[] frames = new byte[0];
        for (int from = 0; from < block.length; from += size) {
            int to = Math.min(block.length, from + size);
            int flags = (from == 0 ? Http2.END_STREAM : 0) | (to == block.length ? Http2.END_HEADERS : 0);
            byte[] part = Arrays.copyOfRange(block, from, to);
            frames = Http1.join(
                    frames, Http2.frame(from == 0 ? Http2.HEADERS : Http2.CONTINUATION, flags, stream, part));
        }
        return frames;
    }

    private static void awaitActive(EnvoyProcess envoy, int least, int most) {
        Eventually.isTrue("requests under way", () -> {
            long active = envoy.stat("http.ingress.downstream_rq_active");
            return active >= least && active <= most;
        });
    }
}
