package io.policyengine.e2e.body;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpResponse;
import io.policyengine.e2e.body.BodyClient.Protocol;
import io.policyengine.e2e.body.BodyClient.Request;
import io.policyengine.e2e.harness.EngineProcess;
import io.policyengine.e2e.harness.EnvoyProcess;
import io.policyengine.e2e.harness.Eventually;
import io.policyengine.e2e.harness.Installation.EnvoyVersion;
import io.policyengine.e2e.harness.TestConf;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Policies that look at bodies on routes of one engine behind one Envoy. Prints what was seen as a table. */
final class ContentTable implements AutoCloseable {
    private static final int BROKEN_OFF = 0;

    private final List<ContentRow> rows;
    private final EchoServer upstream = new EchoServer();
    private final EngineProcess engine;
    private final EnvoyProcess envoy;
    private final BodyClient client;

    /**
     * Starts it.
     *
     * @param conf gets the routes of the rows
     */
    ContentTable(TestConf conf, List<ContentRow> rows) {
        this.rows = rows;
        StringBuilder routes = new StringBuilder("route_policies:\n");
        rows.forEach(row -> routes.append(row.routes()));
        conf.with("routes/content.yaml", routes.toString());
        this.engine = EngineProcess.embedded(conf);
        this.envoy = EnvoyProcess.start(EnvoyVersion.single(), conf.directory(), engine.port(), upstream.port());
        this.client = new BodyClient(envoy.port());
    }

    /** What the client got. */
    private record Got(int status, String body) {}

    /**
     * Sends each row's messages, and requires what the rows promise.
     *
     * @param goDown takes away what policies depend on
     * @param comeBack brings it back
     */
    void require(Runnable goDown, Runnable comeBack) {
        for (ContentRow row : rows) {
            row.seen.add(passes(row));
            row.seen.add(row.denied == null ? "-" : refused(row, "whole", row.denied, List.of(row.denied.body())));
            row.seen.add(row.masked == null ? "-" : masked(row, "whole", row.masked, List.of(row.masked.body())));
            row.disguised.forEach(
                    (how, message) -> acted(row, "whole, " + how, "whole", message, List.of(message.body())));
            row.seen.add(row.disguised.size() + " of " + row.disguised.size());
            row.seen.add(row.isStreamed() ? atFourCuts(row) : "-");
        }
        goDown.run();
        for (ContentRow row : rows) {
            int status =
                    send(row, "whole", row.passes, List.of(row.passes.body())).status();
            assertThat(status).as("%s while its dependency is down", row.name).isEqualTo(row.whenDown);
            row.seen.add(Integer.toString(status));
        }
        comeBack.run();
        for (ContentRow row : rows) {
            Eventually.isTrue(
                    row.name + " works again",
                    () -> send(row, "whole", row.passes, List.of(row.passes.body()))
                                    .status()
                            == 200);
        }
        System.out.println("| policy | passes | denies | masks | disguised | at four cuts | dependency down |\n"
                + "|---|---|---|---|---|---|---|");
        rows.forEach(System.out::println);
    }

    private String passes(ContentRow row) {
        for (String flow : row.isStreamed() ? List.of("whole", "chunks") : List.of("whole")) {
            Got got = send(row, flow, row.passes, List.of(row.passes.body()));
            assertThat(got.status())
                    .as("%s, %s: %s", row.name, flow, got.body())
                    .isEqualTo(200);
            assertThat(got.body()).as("%s, %s", row.name, flow).isEqualTo(row.passes.text());
        }
        return "200";
    }

    private String atFourCuts(ContentRow row) {
        Message attack = row.attack();
        int length = attack.body().length;
        Stream.of(1, length / 3, length / 2, length - 1)
                .forEach(cut -> acted(row, "cut at " + cut, "chunks", attack, attack.cutAt(cut)));
        return "4 of 4";
    }

    private void acted(ContentRow row, String how, String flow, Message message, List<byte[]> pieces) {
        if (row.denied == null) {
            masked(row, how, flow, message, pieces);
        } else {
            refused(row, how, flow, message, pieces);
        }
    }

    private String refused(ContentRow row, String flow, Message message, List<byte[]> pieces) {
        return refused(row, flow, flow, message, pieces);
    }

    /** A response in chunks fails, or breaks off where its beginning has gone on already. */
    private String refused(ContentRow row, String how, String flow, Message message, List<byte[]> pieces) {
        Got got = send(row, flow, message, pieces);
        if (row.inResponse && flow.equals("chunks")) {
            assertThat(got.status()).as("%s, %s", row.name, how).isNotEqualTo(200);
        } else {
            assertThat(got.status()).as("%s, %s: %s", row.name, how, got.body()).isEqualTo(row.refusal);
        }
        return Integer.toString(got.status());
    }

    private String masked(ContentRow row, String flow, Message message, List<byte[]> pieces) {
        return masked(row, flow, flow, message, pieces);
    }

    private String masked(ContentRow row, String how, String flow, Message message, List<byte[]> pieces) {
        Got got = send(row, flow, message, pieces);
        assertThat(got.status()).as("%s, %s: %s", row.name, how, got.body()).isEqualTo(200);
        assertThat(got.body()).as("%s, %s", row.name, how).isNotEmpty().doesNotContain(row.secret);
        return "masked";
    }

    private Got send(ContentRow row, String flow, Message message, List<byte[]> pieces) {
        Request request = new Request(row.path(flow), message.headers(), pieces, pieces.size() > 1, Map.of());
        try {
            Collector.Whole<HttpResponse> whole =
                    client.send(Protocol.HTTP_1, request).awaitWhole();
            return new Got(whole.head().status().code(), new String(whole.body().getBytes(), StandardCharsets.UTF_8));
        } catch (IOException broken) {
            return new Got(BROKEN_OFF, String.valueOf(broken.getMessage()));
        }
    }

    @Override
    public void close() {
        client.close();
        envoy.close();
        engine.close();
        upstream.close();
    }
}
