package io.policyengine.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.ListValue;
import com.google.protobuf.Message;
import com.google.protobuf.UnknownFieldSet;
import com.google.protobuf.Value;
import io.policyengine.proto.worker.v1.RequestEntryResult;
import io.policyengine.proto.worker.v1.RequestInstruction;
import io.policyengine.proto.worker.v1.RequestResult;
import io.policyengine.proto.worker.v1.SetBody;
import io.policyengine.proto.worker.v1.WorkerBatch;
import io.policyengine.proto.worker.v1.WorkerMessage;
import java.util.Collections;
import org.junit.jupiter.api.Test;

class WireValuesTest {
    private static Message batch(RequestResult result) {
        return WorkerBatch.newBuilder()
                .addMessages(WorkerMessage.newBuilder().setCallId(1).setRequestResult(result))
                .build();
    }

    private static void check(Message message, int most) throws Exception {
        WireValues.check(message.toByteString(), message.getDescriptorForType(), most);
    }

    private static void assertHas(int values, Message message) {
        assertThatCode(() -> check(message, values)).doesNotThrowAnyException();
        assertThatThrownBy(() -> check(message, values - 1)).isInstanceOf(InvalidProtocolBufferException.class);
    }

    @Test
    void theValuesOfAllLevelsCount() {
        // The message, its call, its result, four entries, and three values of the last.
        assertHas(
                10,
                batch(RequestResult.newBuilder()
                        .addAllEntries(Collections.nCopies(3, RequestEntryResult.getDefaultInstance()))
                        .addEntries(RequestEntryResult.newBuilder()
                                .addInstructions(RequestInstruction.newBuilder()
                                        .setSetBody(
                                                SetBody.newBuilder().setBody(ByteString.copyFrom(new byte[10_000])))))
                        .build()));
    }

    @Test
    void numbersInARowCount() {
        assertHas(
                3 + 1 + 1000,
                batch(RequestResult.newBuilder()
                        .addAllEntryNanos(Collections.nCopies(1000, 1L))
                        .build()));
    }

    @Test
    void aFieldThatNobodyKnowsCountsAsSeveral() {
        UnknownFieldSet.Builder unknown = UnknownFieldSet.newBuilder();
        for (int number = 1000; number < 1100; number++) {
            unknown.mergeVarintField(number, 1);
        }

        assertHas(
                3 + 4 * 100,
                batch(RequestResult.newBuilder()
                        .setUnknownFields(unknown.build())
                        .build()));
    }

    @Test
    void whatNestsTooDeeplyIsNotFollowed() {
        Value value = Value.getDefaultInstance();
        for (int i = 0; i < 1_000; i++) {
            value = Value.newBuilder()
                    .setListValue(ListValue.newBuilder().addValues(value))
                    .build();
        }
        Message deep = value;

        assertThatThrownBy(() -> check(deep, 10_000)).hasMessageContaining("nests too deeply");
    }

    @Test
    void groupsAreNone() {
        Message message = RequestResult.newBuilder()
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .mergeField(
                                1000,
                                UnknownFieldSet.Field.newBuilder()
                                        .addGroup(UnknownFieldSet.getDefaultInstance())
                                        .build())
                        .build())
                .build();

        assertThatThrownBy(() -> check(message, 1000)).hasMessageContaining("group");
    }

    @Test
    void aShortMessageIsNotCountedAndALongOneIs() throws Exception {
        int many = WireValues.MAX + 1;
        Message few = WorkerBatch.newBuilder()
                .addAllMessages(Collections.nCopies(8_000, WorkerMessage.getDefaultInstance()))
                .build();
        Message tooMany = WorkerBatch.newBuilder()
                .addAllMessages(Collections.nCopies(many, WorkerMessage.getDefaultInstance()))
                .build();

        WireValues.check(few.toByteString(), WorkerBatch.getDescriptor());

        assertThatThrownBy(() -> WireValues.check(tooMany.toByteString(), WorkerBatch.getDescriptor()))
                .isInstanceOf(InvalidProtocolBufferException.class)
                .hasMessageContaining("more values");
    }

    @Test
    void whatBreaksOffDoesNotDecode() {
        ByteString whole = batch(RequestResult.newBuilder()
                        .addAllEntries(Collections.nCopies(3, RequestEntryResult.getDefaultInstance()))
                        .build())
                .toByteString();

        assertThatThrownBy(
                        () -> WireValues.check(whole.substring(0, whole.size() - 1), WorkerBatch.getDescriptor(), 1000))
                .isInstanceOf(InvalidProtocolBufferException.class);
    }
}
