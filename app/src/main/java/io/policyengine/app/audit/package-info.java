/** The command {@code verify-audit}, which checks audit trails. */
@NullMarked
package io.policyengine.app.audit;

import org.jspecify.annotations.NullMarked;
