package io.policyengine.kernel.grpc;

import com.google.protobuf.Int32Value;
import com.google.protobuf.MessageLite;

/** The status of a service (health.proto: HealthCheckResponse.ServingStatus). */
enum ServingStatus {
    SERVING(1),
    NOT_SERVING(2),
    /** The service is unknown; sent only in answers to {@code Watch}. */
    SERVICE_UNKNOWN(3);

    private final Int32Value response;

    ServingStatus(int number) {
        // Like a HealthCheckResponse, this message is a varint in field 1.
        this.response = Int32Value.of(number);
    }

    /** Returns the number of the status in {@code health.proto}. */
    int number() {
        return response.getValue();
    }

    MessageLite response() {
        return response;
    }
}
