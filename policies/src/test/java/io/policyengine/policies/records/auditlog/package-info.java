/** Tests of {@code auditLog}. */
@NullMarked
package io.policyengine.policies.records.auditlog;

import org.jspecify.annotations.NullMarked;
