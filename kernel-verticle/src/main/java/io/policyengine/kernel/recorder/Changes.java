package io.policyengine.kernel.recorder;

import io.policyengine.core.instruction.AppendHeader;
import io.policyengine.core.instruction.CommonInstruction;
import io.policyengine.core.instruction.HeaderInstruction;
import io.policyengine.core.instruction.RemoveHeader;
import io.policyengine.core.instruction.RemoveQueryParam;
import io.policyengine.core.instruction.RequestInstruction;
import io.policyengine.core.instruction.ResponseInstruction;
import io.policyengine.core.instruction.SetAuthority;
import io.policyengine.core.instruction.SetBody;
import io.policyengine.core.instruction.SetHeader;
import io.policyengine.core.instruction.SetMetadata;
import io.policyengine.core.instruction.SetMethod;
import io.policyengine.core.instruction.SetPath;
import io.policyengine.core.instruction.SetQueryParam;
import io.policyengine.core.instruction.SetResponseHeader;
import io.policyengine.core.instruction.SetStatusCode;
import io.policyengine.core.instruction.TrailersInstruction;

/** Records the changes that instructions make, with names but without values. */
public final class Changes {
    private Changes() {}

    public static void note(EntryRecord entry, RequestInstruction instruction) {
        switch (instruction) {
            case CommonInstruction common -> common(entry, common);
            case SetPath _ -> entry.changed(MessageChange.PATH, null);
            case SetQueryParam set -> entry.changed(MessageChange.SET_QUERY_PARAM, set.name());
            case RemoveQueryParam remove -> entry.changed(MessageChange.REMOVE_QUERY_PARAM, remove.name());
            case SetMethod _ -> entry.changed(MessageChange.METHOD, null);
            case SetAuthority _ -> entry.changed(MessageChange.AUTHORITY, null);
            case SetResponseHeader left -> entry.changed(MessageChange.SET_RESPONSE_FIELD, left.name());
        }
    }

    public static void note(EntryRecord entry, ResponseInstruction instruction) {
        switch (instruction) {
            case CommonInstruction common -> common(entry, common);
            case SetStatusCode(int status, var code) -> {
                entry.changed(MessageChange.STATUS, null);
                entry.answered(status, code);
            }
        }
    }

    public static void note(EntryRecord entry, TrailersInstruction instruction) {
        switch (instruction) {
            case HeaderInstruction field -> field(entry, field);
            case SetMetadata metadata -> entry.changed(MessageChange.SET_METADATA, metadata.key());
        }
    }

    private static void common(EntryRecord entry, CommonInstruction instruction) {
        switch (instruction) {
            case HeaderInstruction field -> field(entry, field);
            case SetBody _ -> entry.changed(MessageChange.BODY, null);
            case SetMetadata metadata -> entry.changed(MessageChange.SET_METADATA, metadata.key());
        }
    }

    private static void field(EntryRecord entry, HeaderInstruction instruction) {
        switch (instruction) {
            case SetHeader set -> entry.changed(MessageChange.SET_FIELD, set.name());
            case AppendHeader append -> entry.changed(MessageChange.APPEND_FIELD, append.name());
            case RemoveHeader remove -> entry.changed(MessageChange.REMOVE_FIELD, remove.name());
        }
    }
}
