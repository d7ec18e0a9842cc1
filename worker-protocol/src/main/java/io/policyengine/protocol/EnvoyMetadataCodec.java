package io.policyengine.protocol;

import io.policyengine.core.policy.EnvoyMetadata;
import io.policyengine.proto.worker.v1.CallContext;
import io.policyengine.proto.worker.v1.NamespaceMetadata;
import io.policyengine.proto.worker.v1.TypedMetadata;
import java.util.Map;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Encodes and decodes the metadata of Envoy's filters that calls contain. */
final class EnvoyMetadataCodec {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final TypeReference<Map<String, Object>> MEMBERS = new TypeReference<>() {};

    private EnvoyMetadataCodec() {}

    static void encode(EnvoyMetadata metadata, CallContext.Builder context) {
        for (String namespace : metadata.namespaces()) {
            NamespaceMetadata.Builder wire = NamespaceMetadata.newBuilder();
            if (metadata.hasUntyped(namespace)) {
                wire.setJson(JSON.writeValueAsString(metadata.untyped(namespace)));
            }
            metadata.typed(namespace)
                    .ifPresent(message -> wire.setTyped(TypedMetadata.newBuilder()
                            .setTypeUrl(message.typeUrl())
                            .setValue(WireBytes.bytes(message.value()))));
            context.putEnvoyMetadata(namespace, wire.build());
        }
    }

    static EnvoyMetadata decode(CallContext context) throws MalformedCallException {
        if (context.getEnvoyMetadataCount() == 0) {
            return EnvoyMetadata.empty();
        }
        EnvoyMetadata.Builder metadata = EnvoyMetadata.builder();
        for (Map.Entry<String, NamespaceMetadata> entry :
                context.getEnvoyMetadataMap().entrySet()) {
            String namespace = entry.getKey();
            NamespaceMetadata wire = entry.getValue();
            if (!wire.getJson().isEmpty()) {
                metadata.untyped(namespace, members(namespace, wire.getJson()));
            }
            if (wire.hasTyped()) {
                TypedMetadata typed = wire.getTyped();
                metadata.typed(
                        namespace, new EnvoyMetadata.Typed(typed.getTypeUrl(), WireBytes.buffer(typed.getValue())));
            }
        }
        return metadata.build();
    }

    private static Map<String, Object> members(String namespace, String text) throws MalformedCallException {
        JsonNode json = JsonText.decode("envoy_metadata " + namespace, text);
        if (!json.isObject()) {
            throw new MalformedCallException("envoy_metadata " + namespace + " is not a JSON object");
        }
        return JSON.convertValue(json, MEMBERS);
    }
}
