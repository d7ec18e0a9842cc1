package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.service.ext_proc.v3.HttpBody;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.kernel.grpc.Frames;
import io.policyengine.kernel.grpc.HealthService;
import io.policyengine.kernel.grpc.RawClient;
import io.policyengine.kernel.grpc.RawClient.Call;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The messages that verify a connection as an Envoy's, and those that do not. */
class UnverifiedConnectionsTest {
    private static final int BUDGET = 1 << 20;

    private final StreamServer server = new StreamServer(BUDGET);
    private final RawClient client = server.client();
    private int streams;

    @BeforeEach
    void begin() {
        Call first = open();

        assertThat(server.hasUnverifiedPeer()).isTrue();
        first.reset();
        server.stream(0).awaitEnd();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Call open() {
        Call call = client.call();
        server.stream(streams);
        streams++;
        return call;
    }

    private void exchange() {
        Call call = open();
        call.send(Frames.of(body(4)));
        server.stream(streams - 1).message(0);
    }

    private static byte[] body(int octets) {
        return ProcessingRequest.newBuilder()
                .setRequestBody(HttpBody.newBuilder().setBody(ByteString.copyFrom(new byte[octets])))
                .build()
                .toByteArray();
    }

    private Call ask(String path) {
        return client.call(
                HttpMethod.POST, path, MultiMap.caseInsensitiveMultiMap().add("content-type", "application/grpc"));
    }

    private void askForHealth(String service) {
        byte[] name = service.getBytes(StandardCharsets.UTF_8);
        Call call = ask(HealthService.CHECK);
        call.send(Frames.of(Buffer.buffer()
                .appendByte((byte) 0x0a)
                .appendByte((byte) name.length)
                .appendBytes(name)
                .getBytes()));
        call.halfClose();
        call.answer();
    }

    @Test
    void aMessageThatCanBeReadProvesAnEnvoy() {
        exchange();

        assertThat(server.hasUnverifiedPeer()).isFalse();
    }

    @Test
    void soDoesAHealthCheck() {
        askForHealth(EnvoyStream.SERVICE);

        assertThat(server.hasUnverifiedPeer()).isFalse();
    }

    @Test
    void aHealthCheckOfAnotherServiceDoesNot() {
        askForHealth("another.Service");

        assertThat(server.hasUnverifiedPeer()).isTrue();
    }

    @Test
    void noMessageThatCannotBeReadDoes() {
        Call garbage = open();
        garbage.send(Frames.of(new byte[] {(byte) 0xff, 1, 2, 3}));
        garbage.answer();

        assertThat(server.hasUnverifiedPeer()).isTrue();
    }

    @Test
    void whoEndsAStreamWithoutAMessageIsUnverifiedAgain() {
        exchange();

        open().reset();

        StreamServer.until(server::hasUnverifiedPeer);
    }

    @Test
    void whoseMessageWaitsForRoomStaysVerified() {
        exchange();
        Call large = open();
        large.send(Frames.of(body(BUDGET - 1024)));
        server.stream(streams - 1).message(0);
        Call waiting = open();
        waiting.send(Frames.of(body(BUDGET / 2)));
        server.stream(streams - 1).awaitShortage();

        waiting.reset();
        server.stream(streams - 1).awaitEnd();
        ask("/no.such/Method").answer();

        assertThat(server.hasUnverifiedPeer()).isFalse();
    }

    @Test
    void whoCallsAnUnknownMethodIsUnverifiedAgain() {
        exchange();

        ask("/no.such/Method").answer();

        assertThat(server.hasUnverifiedPeer()).isTrue();
    }

    @Test
    void whoAsksForDefinitionsIsUnverifiedAgainAfterAsManyRequests() {
        for (int i = 0; i < 3; i++) {
            exchange();
        }
        Call call = ask("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo");
        call.send(Frames.of(new byte[0]));
        call.awaitHead();
        assertThat(server.hasUnverifiedPeer()).isFalse();

        call.send(Frames.of(new byte[0]));

        StreamServer.until(server::hasUnverifiedPeer);
    }

    @Test
    void eachExchangeMakesUpForOneCallOfNoUse() {
        exchange();
        exchange();

        ask("/no.such/Method").answer();

        assertThat(server.hasUnverifiedPeer()).isFalse();
    }

    @Test
    void anUnverifiedPeerIsServedAllTheSame() {
        for (int i = 0; i < 150; i++) {
            ask("/no.such/Method").answer();
        }

        exchange();

        assertThat(server.hasUnverifiedPeer()).isFalse();
    }
}
