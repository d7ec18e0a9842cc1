@NullMarked
package io.policyengine.kernel.exercise;

import org.jspecify.annotations.NullMarked;
