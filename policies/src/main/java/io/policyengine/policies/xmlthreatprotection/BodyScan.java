package io.policyengine.policies.xmlthreatprotection;

import io.policyengine.core.policy.Call;
import io.policyengine.core.policy.PolicyEnvironment;
import io.policyengine.core.work.Stop;
import io.policyengine.core.work.Work;
import io.policyengine.policies.replace.Replacements;
import io.policyengine.policies.xml.XmlEvents;
import io.policyengine.policies.xml.XmlFault;
import io.policyengine.policies.xml.XmlLimits;
import io.policyengine.policies.xml.XmlScanner;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The scan of one body, as it comes. One that need not be XML is scanned for as long as it may be some, and so is each of its parts: only what
 * would be read as XML, and is beyond a limit, is refused.
 */
final class BodyScan {
    /** Between two questions whether to go on. */
    private static final int STEP = 64 << 10;

    private final PolicyEnvironment env;
    private final boolean mustBeXml;
    private final @Nullable XmlScanner scanner;
    private final List<PartScan> parts;
    private boolean begun;
    /** True once the body as a whole is known to be no XML. */
    private boolean isOther;

    private BodyScan(PolicyEnvironment env, boolean mustBeXml, @Nullable XmlScanner scanner, List<PartScan> parts) {
        this.env = env;
        this.mustBeXml = mustBeXml;
        this.scanner = scanner;
        this.parts = parts;
    }

    /** A scan of what must be XML, before the first byte. */
    static BodyScan strict(PolicyEnvironment env, XmlLimits limits, Optional<String> charset) {
        return new BodyScan(env, true, scanner(limits, charset), List.of());
    }

    /**
     * A scan of what may be anything, before the first byte; a charset of which no XML is read says nothing.
     *
     * @param boundaries between its parts, by the several ways to read them; empty for a body without parts
     */
    static BodyScan lenient(
            PolicyEnvironment env, XmlLimits limits, Optional<String> charset, List<String> boundaries) {
        XmlLimits wider = limits.withHtmlDoctype();
        XmlScanner scanner = scanner(wider, charset);
        return new BodyScan(
                env,
                false,
                scanner == null ? scanner(wider, Optional.empty()) : scanner,
                boundaries.stream()
                        .map(boundary -> new PartScan(wider, boundary))
                        .toList());
    }

    /** None if no encoding that is read is called so. */
    private static @Nullable XmlScanner scanner(XmlLimits limits, Optional<String> charset) {
        try {
            return new XmlScanner(limits, charset, XmlEvents.NONE);
        } catch (XmlFault unknown) {
            return null;
        }
    }

    /** Takes the next bytes; gives the fault that they show, if any. */
    Future<Optional<XmlFault.Kind>> take(Call call, Buffer bytes, boolean last) {
        if ((isOther && parts.isEmpty()) || (!begun && bytes.length() == 0)) {
            return Future.succeededFuture(Optional.empty());
        }
        begun = true;
        if (bytes.length() > Replacements.LARGE) {
            return env.offLoop(
                    call,
                    Work.onBody(bytes.length(), bytes.length()),
                    stop -> Optional.ofNullable(scan(bytes.getBytes(), last, stop)));
        }
        return Future.succeededFuture(Optional.ofNullable(scan(bytes.getBytes(), last, () -> false)));
    }

    private XmlFault.@Nullable Kind scan(byte[] bytes, boolean last, Stop stop) {
        XmlScanner reader = scanner;
        if (reader == null) {
            return XmlFault.Kind.ENCODING;
        }
        try {
            for (int at = 0; at < bytes.length; at += STEP) {
                stop.check();
                int end = Math.min(bytes.length, at + STEP);
                for (PartScan part : parts) {
                    part.take(bytes, at, end);
                }
                whole(reader, bytes, at, end);
            }
            if (last && mustBeXml) {
                reader.end();
            }
            return null;
        } catch (XmlFault fault) {
            return fault.kind();
        }
    }

    private void whole(XmlScanner reader, byte[] bytes, int start, int end) throws XmlFault {
        if (isOther) {
            return;
        }
        try {
            reader.take(bytes, start, end);
        } catch (XmlFault fault) {
            isOther = !mustBeXml && endsXml(fault.kind());
            if (!isOther) {
                throw fault;
            }
        }
    }

    /** True if whoever reads XML reads no further. */
    static boolean endsXml(XmlFault.Kind kind) {
        return kind == XmlFault.Kind.MALFORMED || kind == XmlFault.Kind.ENTITY;
    }
}
