package io.policyengine.testkit.policy;

import io.policyengine.core.policy.Sink;
import io.policyengine.core.sink.Sealing;
import io.policyengine.core.sink.SinkRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A sink that stores all records offered to it, until a test makes it full. */
public final class FakeSink implements Sink {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final String name;
    private final Queue<SinkRecord> records = new ConcurrentLinkedQueue<>();
    private volatile @Nullable Sealing sealing;
    private volatile boolean isFull;

    FakeSink(String name) {
        this.name = name;
    }

    /** Makes the sink reject all further records, like a full sink. */
    public FakeSink fill() {
        isFull = true;
        return this;
    }

    /** Returns the accepted records, oldest first. */
    public List<SinkRecord> records() {
        return List.copyOf(records);
    }

    /** Returns the accepted records as JSON, oldest first. */
    public List<JsonNode> json() {
        List<JsonNode> read = new ArrayList<>();
        records.forEach(record -> read.add(JSON.readTree(record.json().getBytes())));
        return List.copyOf(read);
    }

    /** Returns the sealing settings that a policy requested last, or empty. */
    public Optional<Sealing> sealing() {
        return Optional.ofNullable(sealing);
    }

    void sealedBy(Optional<Sealing> asked) {
        sealing = asked.orElse(null);
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean offer(SinkRecord record) {
        return !isFull && records.add(record);
    }
}
