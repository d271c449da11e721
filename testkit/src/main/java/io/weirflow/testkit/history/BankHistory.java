package io.weirflow.testkit.history;

import io.weirflow.testkit.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The auditor of a bank: each transfer is two movements, one of each account, and each movement says what the account holds after it. So the outputs
 * prove themselves against the transfers:
 *
 * <ul>
 *   <li>each transfer has both its movements (else it is lost, or torn), each once (else doubled), with its amount;
 *   <li>the movements of an account are numbered 1, 2, 3 …, and each balance is the one before plus the amount;
 *   <li>transfers of one partition of the input reach an account in their order;
 *   <li>all accounts together hold nothing.
 * </ul>
 *
 * <p>Movements are given in the order in which a reader sees those of an account; transfers and movements may be given in turns.
 */
public final class BankHistory {

    private final Findings findings;
    private final Map<Long, Entry> transfers = new HashMap<>();
    private final Map<Long, Account> accounts = new HashMap<>();
    private long movements;

    /**
     * A transfer, as it stands in the input.
     *
     * @param id different from all others
     * @param amount at least 1
     */
    public record Transfer(long id, long from, long to, long amount) {
        public Transfer {
            if (from == to || amount < 1) {
                throw new IllegalArgumentException("a transfer goes from one account to another and moves something");
            }
        }
    }

    /**
     * A movement, as it stands in the output.
     *
     * @param transfer that it is of
     * @param amount negative where the account pays
     * @param number counts the movements of the account from 1
     * @param balance of the account after it
     */
    public record Movement(long transfer, long account, long amount, long number, long balance) {}

    /** A transfer in the input, and what came of it. */
    private static final class Entry {
        private final Transfer transfer;
        private final Place place;
        private boolean paid;
        private boolean received;

        Entry(Transfer transfer, Place place) {
            this.transfer = transfer;
            this.place = place;
        }
    }

    /** What came out for an account. */
    private static final class Account {
        private long number;
        private long balance;
        private final List<Movement> movements = new ArrayList<>();
    }

    public BankHistory(Findings findings) {
        this.findings = findings;
    }

    /** Takes a record of the input. */
    public void transfer(Place place, Transfer transfer) {
        if (transfers.put(transfer.id(), new Entry(transfer, place)) != null) {
            throw new IllegalArgumentException("two transfers have the number " + transfer.id());
        }
    }

    /** Takes a record of the output. */
    public void movement(Place place, Movement movement) {
        movements++;
        Account account = accounts.computeIfAbsent(movement.account(), id -> new Account());
        if (movement.number() != account.number + 1) {
            findings.add(
                    Kind.OUT_OF_ORDER,
                    "account " + movement.account() + ": movement " + movement.number() + " follows movement "
                            + account.number + ", at " + place);
        } else if (movement.balance() != account.balance + movement.amount()) {
            findings.add(
                    Kind.WRONG,
                    "account " + movement.account() + ": " + account.balance + " and " + movement.amount() + " make "
                            + movement.balance() + ", at " + place);
        }
        account.number = movement.number();
        account.balance = movement.balance();
        account.movements.add(movement);
    }

    /** Judges the whole, once all is there that should come. */
    public void finish() {
        for (Map.Entry<Long, Account> account : accounts.entrySet()) {
            Map<Integer, Long> lastOffsets = new HashMap<>();
            for (Movement movement : account.getValue().movements) {
                match(movement, lastOffsets);
            }
        }
        long lost = findings.count(Kind.LOST);
        for (Entry entry : transfers.values()) {
            complete(entry);
        }
        long total =
                accounts.values().stream().mapToLong(account -> account.balance).sum();
        if (total != 0 && findings.count(Kind.LOST) == lost) {
            findings.add(Kind.WRONG, "all accounts together hold " + total);
        }
    }

    private void match(Movement movement, Map<Integer, Long> lastOffsets) {
        Entry entry = transfers.get(movement.transfer());
        boolean pays = movement.amount() < 0;
        if (entry == null
                || movement.account() != (pays ? entry.transfer.from() : entry.transfer.to())
                || Math.abs(movement.amount()) != entry.transfer.amount()) {
            findings.add(Kind.INVENTED, movement + " follows from no transfer");
            return;
        }
        if (pays ? entry.paid : entry.received) {
            findings.add(Kind.DOUBLED, movement + " was there before");
            return;
        }
        if (pays) {
            entry.paid = true;
        } else {
            entry.received = true;
        }
        Long former = lastOffsets.put(entry.place.partition(), entry.place.offset());
        if (former != null && former > entry.place.offset()) {
            findings.add(Kind.OUT_OF_ORDER, movement + " of " + entry.place + " came after that of offset " + former);
        }
    }

    private void complete(Entry entry) {
        if (!entry.paid && !entry.received) {
            findings.add(Kind.LOST, entry.transfer + " at " + entry.place);
        } else if (!entry.paid || !entry.received) {
            findings.add(
                    Kind.TORN,
                    entry.transfer + " at " + entry.place + " was "
                            + (entry.paid ? "paid and not received" : "received and not paid"));
        }
    }

    /** Returns how many transfers there are. */
    public long transfers() {
        return transfers.size();
    }

    /** Returns how many movements have come, doubled ones included; two for each transfer when all is well. */
    public long movements() {
        return movements;
    }
}
