@NullMarked
package io.policyengine.core.lint;

import org.jspecify.annotations.NullMarked;
