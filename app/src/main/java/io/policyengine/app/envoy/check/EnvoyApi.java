package io.policyengine.app.envoy.check;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of Envoy's API, as of Envoy 1.34, by full name. Fields that came later are in {@link #SINCE}. */
final class EnvoyApi {
    /** The version of Envoy to which the messages belong. */
    static final String VERSION = "1.34";

    private static final String RESOURCE = "/io/policyengine/proto/envoy-api.desc";

    /** Newer fields of messages related to ext_proc, with the first version of Envoy that has them. */
    private static final Map<String, Map<String, String>> SINCE = Map.of(
            "envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
            Map.of(
                    "status_on_error",
                    "1.36",
                    "processing_request_modifier",
                    "1.36",
                    "allow_content_length_header",
                    "1.38",
                    "emit_client_span",
                    "1.40"),
            "envoy.extensions.filters.http.ext_proc.v3.ExtProcOverrides",
            Map.of("failure_mode_allow", "1.35", "processing_request_modifier", "1.36", "emit_client_span", "1.40"),
            "envoy.extensions.filters.http.ext_proc.v3.MetadataOptions",
            Map.of("cluster_metadata_forwarding_namespaces", "1.37"));

    private final Map<String, Descriptor> messages = new HashMap<>();

    private EnvoyApi() {}

    /** Loads all messages, which takes some tenths of a second. */
    static EnvoyApi loadBlocking() {
        EnvoyApi api = new EnvoyApi();
        try (InputStream in = Objects.requireNonNull(EnvoyApi.class.getResourceAsStream(RESOURCE), RESOURCE)) {
            Map<String, FileDescriptor> files = new HashMap<>();
            // A file comes after those that it imports.
            for (FileDescriptorProto file : FileDescriptorSet.parseFrom(in).getFileList()) {
                FileDescriptor[] imports = file.getDependencyList().stream()
                        .map(name -> Objects.requireNonNull(files.get(name), name))
                        .toArray(FileDescriptor[]::new);
                FileDescriptor built = FileDescriptor.buildFrom(file, imports);
                files.put(file.getName(), built);
                built.getMessageTypes().forEach(api::add);
            }
        } catch (IOException | DescriptorValidationException e) {
            throw new IllegalStateException(RESOURCE, e);
        }
        return api;
    }

    private void add(Descriptor message) {
        messages.put(message.getFullName(), message);
        message.getNestedTypes().forEach(this::add);
    }

    /** Returns the message with a full name; null if the API has no such message. */
    @Nullable
    Descriptor message(String fullName) {
        return messages.get(fullName);
    }

    /** Returns whether a later version of Envoy has the field. */
    static boolean isNewer(Descriptor message, String field) {
        return SINCE.getOrDefault(message.getFullName(), Map.of()).containsKey(field);
    }
}
