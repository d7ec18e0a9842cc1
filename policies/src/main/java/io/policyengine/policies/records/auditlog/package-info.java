/** The policy {@code auditLog}: records each exchange, and puts the records in a chain by choice. */
@NullMarked
package io.policyengine.policies.records.auditlog;

import org.jspecify.annotations.NullMarked;
