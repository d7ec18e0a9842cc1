/** Policy {@code celRule}: refuses requests by an expression. */
@NullMarked
package io.policyengine.policies.celrule;

import org.jspecify.annotations.NullMarked;
