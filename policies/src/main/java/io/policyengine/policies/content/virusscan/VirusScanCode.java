package io.policyengine.policies.content.virusscan;

import io.policyengine.core.instruction.DenialCode;

/** The denial codes of {@code virusScan}. */
enum VirusScanCode implements DenialCode {
    VIRUS_FOUND("Usually nothing. The worker's log has the signature under the request id."),
    REQUEST_TOO_LARGE("Raise `max_scan_bytes` and the scanner's own limit, or set `on_too_large`."),
    RESPONSE_TOO_LARGE("Raise `max_scan_bytes` and the scanner's own limit, or set `on_too_large`."),
    BODY_NOT_SCANNABLE("The worker's log has the reason. Let the sender send a body that can be decoded, or raise "
            + "`max_contents`. For partial responses, remove `Range` and `If-Range` from requests."),
    BODY_TOO_SLOW("Usually nothing: the sender is too slow to keep a connection to the scanner.");

    private final String remedy;

    VirusScanCode(String remedy) {
        this.remedy = remedy;
    }

    @Override
    public String remedy() {
        return remedy;
    }
}
