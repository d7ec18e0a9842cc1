@NullMarked
package io.policyengine.core.expression;

import org.jspecify.annotations.NullMarked;
