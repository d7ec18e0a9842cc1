package io.policyengine.app.envoy;

import java.math.BigDecimal;
import java.time.Duration;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Creates parts of Envoy's configuration in the JSON form of protobuf. */
final class Nodes {
    private static final JsonMapper JSON = new JsonMapper();

    private Nodes() {}

    static ObjectNode empty() {
        return JSON.createObjectNode();
    }

    static ObjectNode read(String json) {
        return (ObjectNode) JSON.readTree(json);
    }

    static ObjectNode socketAddress(String address, int port) {
        ObjectNode node = empty();
        node.putObject("socket_address").put("address", address).put("port_value", port);
        return node;
    }

    static String seconds(Duration duration) {
        return BigDecimal.valueOf(duration.toMillis(), 3).stripTrailingZeros().toPlainString() + "s";
    }
}
