/** Expressions in CEL over a message, who sent it, and metadata: compiled once, evaluated on event loops in linear time. */
@NullMarked
package io.policyengine.core.expression;

import org.jspecify.annotations.NullMarked;
