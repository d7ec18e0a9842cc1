package io.policyengine.testkit.envoy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.envoyproxy.envoy.service.ext_proc.v3.HttpHeaders;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingRequest;
import io.policyengine.testkit.time.Await;
import io.vertx.grpc.common.GrpcStatus;
import org.junit.jupiter.api.Test;

/** Streams that are driven by hand. */
class RawStreamTest extends SimFixture {
    private static final ProcessingRequest HEADERS = ProcessingRequest.newBuilder()
            .setRequestHeaders(HttpHeaders.getDefaultInstance())
            .build();

    @Test
    void sendsTheSameMessageTwiceAndSeesBothAnswers() {
        EnvoySim sim = sim(EnvoySim.builder(vertx).target(processor(agreeing()).address()));

        RawStream stream = sim.rawStream().send(HEADERS).send(HEADERS);

        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        assertThat(Await.result(stream.next()).hasRequestHeaders()).isTrue();
        stream.leave();
        assertThat(Await.result(stream.ended()).kind()).isEqualTo(StreamEnd.Kind.LEFT_BY_ENVOY);
    }

    @Test
    void failsTheNextAnswerWhenTheServerEnds() {
        TestProcessor processor = processor((message, out) -> out.close(GrpcStatus.INVALID_ARGUMENT));
        EnvoySim sim = sim(EnvoySim.builder(vertx).target(processor.address()));

        RawStream stream = sim.rawStream().send(HEADERS);

        assertThatThrownBy(() -> Await.result(stream.next())).isInstanceOf(IllegalStateException.class);
        assertThat(Await.result(stream.ended())).isEqualTo(new StreamEnd(StreamEnd.Kind.SERVER_ERROR, 3, "as told"));
    }
}
