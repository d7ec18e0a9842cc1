@NullMarked
package io.policyengine.app.exercise;

import org.jspecify.annotations.NullMarked;
