package io.policyengine.policies.content.virusscan;

import io.policyengine.core.http.HeaderMap;
import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.policies.content.virusscan.content.ContentRules;
import io.policyengine.policies.content.virusscan.scanner.Scanner;
import java.time.Duration;

/**
 * The settings for virus scans of bodies.
 *
 * @param timeout maximum time to scan a content item, or a chunk of a streamed body
 * @param maxBytes maximum bytes of a body that are scanned
 * @param passesTooLarge true if the bytes beyond {@code maxBytes} pass unscanned; false if the body is refused
 */
record Scans(PolicyEnvironment env, ContentRules rules, Duration timeout, long maxBytes, boolean passesTooLarge) {
    VirusBodyScan begin(Scanner scanner, HeaderMap headers, Call call) {
        return new VirusBodyScan(this, scanner, headers, call);
    }
}
