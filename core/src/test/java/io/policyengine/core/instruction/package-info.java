@NullMarked
package io.policyengine.core.instruction;

import org.jspecify.annotations.NullMarked;
