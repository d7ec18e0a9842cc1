package io.policyengine.kernel.envoy;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.Any;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.envoyproxy.envoy.service.ext_proc.v3.ProcessingResponse;
import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.http.TrailersView;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.policy.Metadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** Metadata in the forms in which Envoy takes it. */
class DynamicMetadataTest {
    private static final Metadata METADATA =
            Metadata.empty().after(List.of(new SetMetadata("model", JsonNodeFactory.instance.stringNode("small"))));
    private static final Struct VALUES = Struct.newBuilder()
            .putFields("model", Value.newBuilder().setStringValue("small").build())
            .build();

    private static ProcessingResponse written(List<String> untyped, List<String> typed, Metadata metadata) {
        TrailersView none = new TrailersView(HeaderMap.empty());
        return new EnvoyWriter(untyped, typed)
                .trailers(false, none, List.of(), none, Set.of(), metadata)
                .proto();
    }

    /** What Envoy 1.40 reads in {@code map<string, google.protobuf.Any> typed_dynamic_metadata = 13}. */
    private static Map<String, Struct> typed(ProcessingResponse answer) throws InvalidProtocolBufferException {
        Map<String, Struct> typed = new HashMap<>();
        for (ByteString entry : answer.getUnknownFields().getField(13).getLengthDelimitedList()) {
            UnknownFieldSet fields = UnknownFieldSet.parseFrom(entry);
            ByteString value = fields.getField(2).getLengthDelimitedList().getFirst();
            typed.put(
                    fields.getField(1).getLengthDelimitedList().getFirst().toStringUtf8(),
                    Any.parseFrom(value).unpack(Struct.class));
        }
        return typed;
    }

    @Test
    void goesIntoEachNamespaceInTheFormInWhichThatIsTaken() throws InvalidProtocolBufferException {
        ProcessingResponse answer = written(List.of("a"), List.of("b", "c"), METADATA);

        assertThat(answer.getDynamicMetadata().getFieldsMap()).containsOnlyKeys("a");
        assertThat(answer.getDynamicMetadata().getFieldsOrThrow("a").getStructValue())
                .isEqualTo(VALUES);
        assertThat(typed(answer)).isEqualTo(Map.of("b", VALUES, "c", VALUES));
    }

    @Test
    void goesTypedAlone() throws InvalidProtocolBufferException {
        ProcessingResponse answer = written(List.of(), List.of("b"), METADATA);

        assertThat(answer.hasDynamicMetadata()).isFalse();
        assertThat(typed(answer)).isEqualTo(Map.of("b", VALUES));
    }

    @Test
    void isLeftOutWhereThereIsNoneOrNobodyTakesIt() {
        assertThat(written(List.of("a"), List.of("b"), Metadata.empty())
                        .getUnknownFields()
                        .asMap())
                .isEmpty();
        assertThat(written(List.of(), List.of(), METADATA).hasDynamicMetadata()).isFalse();
    }
}
