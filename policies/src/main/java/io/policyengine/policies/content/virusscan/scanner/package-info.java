/** Virus scanners: the requests sent to them and their answers, over a connection. */
@NullMarked
package io.policyengine.policies.content.virusscan.scanner;

import org.jspecify.annotations.NullMarked;
