package io.policyengine.policies.ai.shared.modelapi;

/** Reads token usage from the payloads of Amazon's event stream. */
final class AmazonEvents implements UsageBody, AmazonFrames.Parts {
    private final AmazonFrames frames = new AmazonFrames(this);
    private final UsageText text;

    AmazonEvents(ToldUsage told) {
        this.text = new UsageText(told);
    }

    @Override
    public void take(byte[] bytes, int start, int end) {
        frames.take(bytes, start, end);
    }

    /** Ends the stream. An incomplete message at the end is ignored. */
    @Override
    public void end() {
        frames.end();
    }

    @Override
    public void headers(byte[] bytes, int start, int end) {
        // The payload alone holds the usage.
    }

    @Override
    public void payload(byte[] bytes, int start, int end) {
        text.take(bytes, start, end);
    }

    @Override
    public void message() {
        text.end();
    }
}
