package io.policyengine.core.schema;

import com.networknt.schema.Error;
import com.networknt.schema.ExecutionConfig;
import com.networknt.schema.ExecutionContext;
import java.util.List;

/**
 * A schema evaluation that keeps a bounded number of errors. An error takes about a kilobyte, and a document may cause
 * one error per value.
 */
public final class LimitedEvaluation extends ExecutionContext {
    private final int maxErrors;
    private boolean isCut;

    public LimitedEvaluation(ExecutionConfig config, int maxErrors) {
        super(config);
        this.maxErrors = maxErrors;
    }

    /** Returns whether errors were discarded. */
    public boolean isCut() {
        return isCut;
    }

    @Override
    public void addError(Error error) {
        if (getErrors().size() < maxErrors) {
            super.addError(error);
        } else {
            isCut = true;
        }
    }

    /**
     * Replaces the list of errors. A list that is longer than twice the maximum is cut to the maximum. The library
     * passes all errors so far, followed by those of the failed alternatives.
     */
    @Override
    public void setErrors(List<Error> errors) {
        if (errors.size() > 2 * maxErrors) {
            errors.subList(maxErrors, errors.size()).clear();
            isCut = true;
        }
        super.setErrors(errors);
    }
}
