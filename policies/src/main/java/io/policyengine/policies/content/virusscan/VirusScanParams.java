package io.policyengine.policies.content.virusscan;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.policyengine.core.params.Default;
import io.policyengine.core.params.Doc;
import io.policyengine.core.params.NonEmpty;
import io.policyengine.core.params.Pattern;
import io.policyengine.core.params.Range;
import io.policyengine.core.params.StringOrList;
import io.policyengine.policies.shared.denial.DenialFormat;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Parameters of {@code virusScan}. */
@Doc("Submits bodies to a virus scanner, and denies those in which the scanner finds malware.")
record VirusScanParams(
        @Doc("The protocol of the scanner: that of ClamAV's daemon, or ICAP (RFC 3507).")
        Kind scanner,

        @Doc(
                value = "Address of the scanner: HOST:PORT, or the absolute path of a Unix socket.",
                examples = {"\"127.0.0.1:3310\"", "\"/run/clamav/clamd.ctl\""})
        @NonEmpty
        String address,

        @Doc("Name of the ICAP service, such as `avscan`; only with `scanner: icap`.")
        @Nullable
        @Pattern("^[!-~]{1,200}$")
        String service,

        @Doc("`whole`: a body is scanned before any of it passes. `stream`: a body passes while it is scanned, "
                + "except for its last 64 KiB, which wait for the verdict.")
        @Default("\"whole\"")
        Mode mode,

        @Doc("Maximum number of bytes of a body that are scanned.")
        @Default("26214400")
        @Range(min = 1, max = 4_000_000_000L)
        long maxScanBytes,

        @Doc("Outcome for a body that exceeds `max_scan_bytes` or the scanner's own limit: `deny` denies it, "
                + "`pass` lets it pass although only its first `max_scan_bytes` are scanned.")
        @Default("\"deny\"")
        OnTooLarge onTooLarge,

        @Doc("Maximum time in milliseconds to scan each content item of a body, or each chunk of a streamed body. "
                + "Must be less than the entry's timeout; by default nine tenths of it.")
        @JsonProperty("timeout_ms")
        @Nullable
        @Range(min = 1, max = 600_000)
        Duration timeout,

        @Doc(
                "Names of the parts of a multipart body that are scanned. Absent: all. A part without a clear name is always scanned.")
        @Nullable
        StringOrList parts,

        @Doc("Maximum number of content items in one body: parts of a multipart body, texts of JSON.")
        @Default("100")
        @Range(min = 1, max = 10_000)
        int maxContents,

        @Doc(
                "True if base64 texts of at least 64 characters in JSON are decoded and scanned as well; with `mode: whole` only.")
        @Default("false")
        boolean jsonBase64,

        @Doc("Maximum number of concurrent scans in this worker, for all entries with the same scanner and bounds "
                + "together.")
        @Default("16")
        @Range(min = 1, max = 1_024)
        int maxConnections,

        @Doc("Maximum number of scans that wait for a connection; further scans are rejected as overload.")
        @Default("256")
        @Range(min = 0, max = 65_536)
        int maxPending,

        @Doc("Form of the body of a denial.") @Default("\"json\"")
        DenialFormat denialFormat) {
    /** Returns the names of the multipart parts that are scanned; empty if all are. */
    Set<String> partNames() {
        return parts == null ? Set.of() : Set.copyOf(new HashSet<>(parts.values()));
    }

    enum Kind {
        CLAMD,
        ICAP
    }

    /** The time at which a body passes: after or during its scan. */
    enum Mode {
        STREAM,
        WHOLE
    }

    /** The outcome for a body that is too large. */
    enum OnTooLarge {
        DENY,
        PASS
    }
}
