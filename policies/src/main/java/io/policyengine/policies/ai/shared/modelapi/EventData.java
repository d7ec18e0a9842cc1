package io.policyengine.policies.ai.shared.modelapi;

import io.policyengine.policies.format.events.EventReader;

/**
 * Reads token usage from server-sent events without buffering. An incomplete event at the end of the stream is read as
 * well.
 */
final class EventData implements UsageBody, EventReader.Sink {
    private final UsageText text;
    private final EventReader reader = new EventReader(this);

    EventData(ToldUsage told) {
        this.text = new UsageText(told);
    }

    @Override
    public void take(byte[] bytes, int start, int end) {
        reader.take(bytes, start, end);
    }

    @Override
    public void data(byte[] bytes, int start, int end) {
        text.take(bytes, start, end);
    }

    @Override
    public void event() {
        text.end();
    }

    @Override
    public void end() {
        reader.endWithEvent();
    }
}
