"""The entries of the palette: words, description and synonyms, by section."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Entry:
    """One action in words."""

    action: str
    """Of the screen, or with `app.` in front."""
    words: str
    about: str
    also: str = ""
    """Other words that people use for it; a phrase has `_` between its words."""
    everywhere: bool = False
    """At a desk for scanning only, too; keys are, where the desk lets them act."""
    rehearsal: bool | None = None
    """True: in a rehearsal only; False: everywhere else only."""
    needs_no_event: bool = False
    """On the screens without an event, too."""

    @property
    def is_of_app(self) -> bool:
        """Whether the app has the action, not the screen."""
        return self.action.startswith("app.")

    @property
    def name(self) -> str:
        """The action without `app.`."""
        return self.action.removeprefix("app.")

    @property
    def synonyms(self) -> list[str]:
        """The other words, one phrase each."""
        return [phrase.replace("_", " ") for phrase in self.also.split()]


HERE = "On this screen"
COLOURS = "This computer"
# fmt: off
SECTIONS: dict[str, tuple[Entry, ...]] = {
    "Check-in": (
        Entry("walk_in", "Register a walk-in", "Add a new attendee and check them in",
              "new_person add_attendee late unregistered guest on_site onsite registration sell "
              "ticket create plus_one companion child children kids baby bring_a_guest "
              "not_registered not_on_the_list"),
        Entry("clear", "Look up an attendee",
              "Back to the field: type two letters of each name, as pr sh for Priya Sharma",
              "search find lookup look_up name query clear reset start no_ticket "
              "lost_ticket forgot_ticket forgotten_ticket no_code not_on_the_list"),
        Entry("undo", "Undo", "Undo the check-in on the screen",
              "take_back revert wrong_person mistake cancel_check-in remove_check-in uncheck "
              "oops wrong_scan wrong_ticket"),
        Entry("let_in", "Admit anyway", "Override a refusal, with a reason",
              "let_in override force exception allow unpaid refused paid cash payment pay money "
              "waiting_list waitlist approve supervisor"),
        Entry("whole_party", "Admit the rest", "Everyone who is left of the ticket and its order",
              "group family families party all companions whole_order let_in child children kids "
              "plus_one school_class"),
        Entry("choose_order", "Admit some of the order", "Select the people",
              "family group several companions selected order"),
        Entry("hand_out", "Hand out", "Tick the T-shirt or meal on the card; again: untick",
              "t-shirt tshirt swag lunch meal food goodie goodies bag give entitlement kit "
              "collect lanyard wristband drink coffee merch merchandise voucher gift"),
        Entry("switch_list", "Change the list", "Another day, session or meal",
              "day session meal door room workshop lunch select_list switch tomorrow wrong_list "
              "wrong_day yesterday gate entrance"),
        Entry("exit_mode", "Check out", "Each scan is an exit; again: an entry",
              "exits entries checkout leave out exit leaving re-entry reentry break re-enter "
              "come_back smoke"),
        Entry("check_out_all", "Check out everyone", "Everyone who is inside on this list",
              "all_out close empty leave end_of_day evacuate evacuation midnight"),
        Entry("paper", "Enter a paper list", "Scans and names count for the time written on it",
              "late later past time power_cut offline backdate"),
        Entry("self_service", "Self-service", "Attendees check themselves in; a PIN ends it",
              "kiosk_mode lock tablet self_check-in unattended selfservice"),
        Entry("camera", "Camera", "Scan with this laptop's camera; again: off",
              "webcam scanner qr barcode video photo scan"),
        Entry("sound", "Sound", "A sound for each verdict; on or off",
              "beep mute audio volume noise quiet silent"),
    ),
    "Attendees": (
        Entry("edit", "Correct the person", "Name, company, note ...; kept when you import again",
              "edit change rename spelling fix_name company e-mail email phone note attendee "
              "mark_paid paid status block unblock ticket_type order purchase details update "
              "typo misspelled cancel_ticket canceled refund upgrade downgrade vip press crew "
              "staff volunteer category pronoun title comment waiting_list approve ban blacklist"),
        Entry("transfer", "Transfer the ticket", "Give it to another person",
              "pass_on substitute replace swap give_ticket new_holder colleague sell_on resell "
              "cannot_come"),
        Entry("first_time", "First time here: yes or no", "Marks the person on the card",
              "newcomer first-timer beginner newbie"),
        Entry("help_desk", "Send to the help desk",
              "With a note for every desk; again: mark as done",
              "problem question support supervisor trouble settle done escalate organiser refund "
              "invoice receipt complaint money lost lost_child lost_and_found lost_property "
              "found child children wheelchair accessibility first_aid doctor emergency security "
              "incident message comment flag manager boss call contact lanyard"),
        Entry("help_list", "Who waits at the help desk", "People sent there by any desk, and why",
              "problems open_questions waiting queue support"),
        Entry("activity", "Activity", "Check-ins at all desks, newest first",
              "history log recent last_check-ins who_came undo_older audit trail"),
        Entry("duplicates", "Possible duplicates", "Two entries that may be one person: decide",
              "double twice same_person merge_people namesakes dedupe"),
        Entry("import_file", "Import registrations", "Add or update attendees from a file",
              "csv excel xlsx xls spreadsheet upload load list_of_attendees guest_list pretix "
              "eventbrite meetup tito luma konfhub google_forms registrations late update file "
              "open"),
    ),
    "Badges and printing": (
        Entry("badge", "Print the badge",
              "For the person on the card; a PDF where no printer is set",
              "reprint name_tag nametag label print_again lost_badge another_badge sticker "
              "lanyard lost_name_tag damaged"),
        Entry("badge_queue", "Badge queue", "Badges on their way to the printer",
              "print_queue print_jobs jobs waiting stuck retry printer labels_left roll "
              "out_of_paper paper_jam jam ink"),
        Entry("app.open('paper')", "Print badges, signs, certificates",
              "As a PDF: badges, box signs, queue letters, checklist, certificates",
              "certificate certificates sign signs box boxes print_badges all_badges unprinted "
              "sheet sheets a4 index_cards queue_letters checklist paper_list paper "
              "attendance_sheet name_tags labels pdf ruler offset test_page tickets poster "
              "diploma roster names_list blank badges_in_advance"),
        Entry("badge_layout", "Badge layout",
              "Preview the layouts with a real badge, and select one",
              "design template look badge_design logo font format size preview appearance"),
        Entry("printer_test", "Test the printer",
              "Choose a printer and its labels, and print a sample badge",
              "printer printers choose_printer select_printer set_up_printer label_printer "
              "labels brother zebra dymo cups sample sample_badge roll stock paper_size"),
        Entry("scanner_test", "Test the scanner", "A page of codes: layout, Enter, speed",
              "barcode_scanner scanner keyboard_layout qr reader code handheld"),
    ),
    "Reports": (
        Entry("dashboard", "Dashboard", "Who is in, how fast people come, who is missing",
              "statistics stats numbers counts how_many chart arrivals graph overview total "
              "missing no-shows speakers forecast attendance full capacity inside emergency fire "
              "evacuation"),
        Entry("hand_over", "Export attendance", "Spreadsheet, PDF report, e-mail lists",
              "export report csv excel xlsx json pdf spreadsheet download save attendance_list "
              "no-shows absent letter mailing e-mails emails addresses thank-you hand_over "
              "share_list statistics table sheet take_away output"),
    ),
    "The event": (
        Entry("ready", "What is left to do", "Open tasks, each with its fix",
              "ready readiness check checklist todo tasks problems missing before_the_event "
              "status"),
        Entry("set_up", "Set up", "All steps: lists, badges, scanner, printer, rehearsal",
              "setup steps start begin wizard guide_me configure first_steps prepare"),
        Entry("lists", "Days and lists", "Add, change or remove them; the event's name and days",
              "check-in_lists session sessions meal lunch workshop hand-out opening_hours times "
              "date dates event_name time_zone timezone rename_event schedule gate gates door "
              "doors entrance vip staff press crew volunteers coffee drinks capacity midnight "
              "room rooms"),
        Entry("questions", "Questions at check-in", "Photo consent, a meal ...: one key each",
              "ask survey consent diet food allergy form field wristband vegan vegetarian "
              "emergency_contact feedback age"),
        Entry("tables", "Tables", "Assign tables at check-in; see who sits where",
              "seat seats seating dinner banquet places"),
        Entry("app.open('settings')", "Settings", "The event, its badges, and this computer",
              "preferences options configuration config change event_name name days time_zone "
              "place accent colour color logo wifi certificate_text backup_folder printer "
              "language urdu nastaliq sponsor sponsors setup programme program agenda contact"),
        Entry("app.open('pins')", "PINs",
              "Set, change or remove the PIN of supervisor and organiser",
              "pin password passcode code lock security protect supervisor organiser organizer "
              "permission permissions access"),
        Entry("app.open('back_up')", "Back up now", "Copy the event, also to a USB stick",
              "backup save copy stick usb safety secure archive", rehearsal=False),
        Entry("app.restore", "Restore a backup",
              "Select one and see its content; the current file is kept",
              "recover bring_back undo_everything lost corrupt damaged broken repair doctor "
              "crash copy backups backup older", rehearsal=False, needs_no_event=True),
        Entry("app.open('purge')", "Delete personal data",
              "After the event: removes all attendees, keeps the counts",
              "purge gdpr dsgvo dpdp privacy erase wipe remove forget data_protection clean "
              "anonymise anonymize delete_people delete_attendees delete_event", rehearsal=False),
        Entry("guide", "Guide to the rehearsal", "Things to try",
              "training practice tasks tutorial learn", rehearsal=True),
        Entry("app.quit", "End the rehearsal", "Delete it; back to the real desk, or quit",
              "stop training practice leave exit close", rehearsal=True),
        Entry("app.rehearse", "Rehearse", "The same desk with made-up people",
              "training practice practise try test demo volunteers learn tutorial",
              rehearsal=False),
        Entry("app.welcome", "Open another event", "Create one from a file, or open a recent one",
              "new_event create_event switch_event close recent start_screen welcome",
              rehearsal=False),
    ),
    "Several desks": (
        Entry("app.share", "Share this event", "Show the code for other laptops",
              "network several_laptops second_desk another_desk connect sync pair qr invite wifi "
              "lan internet wlan hotspot", rehearsal=False),
        Entry("app.desks", "Desks and conflicts", "Which desks are here and up to date",
              "connected laptops sync status twice conflict network offline online",
              rehearsal=False),
        Entry("app.open('name_desk')", "Name this desk",
              "The name of this laptop in the log and at the other desks",
              "rename_desk desk_name laptop_name computer_name rename station", rehearsal=False),
        Entry("app.join", "Join an event", "Scan or type the code of another desk",
              "connect network second_desk sync pair laptop", rehearsal=False, needs_no_event=True),
        Entry("app.write_bundle", "Write a stick bundle", "The event in one encrypted file",
              "usb stick no_network offline transfer export_event send copy sync", rehearsal=False),
        Entry("app.merge_bundle", "Merge a stick bundle",
              "Add the file of another desk to this event",
              "usb stick no_network offline combine import_desk sync receive", rehearsal=False,
              needs_no_event=True),
    ),
    COLOURS: (
        Entry("app.help", "Help", "The verdicts, and what every key does",
              "keys shortcuts what_does manual explain verdict meaning instructions f1",
              everywhere=True, needs_no_event=True),
        Entry("app.quit", "Quit", "Everything is saved",
              "exit close end leave stop shut_down", everywhere=True, rehearsal=False,
              needs_no_event=True),
    ),
}
# fmt: on
"""Entries by section, the everyday ones first."""
ENTRIES = tuple(entry for section in SECTIONS.values() for entry in section)
